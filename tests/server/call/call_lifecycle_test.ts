/** Observers hear of every request, each stage in its order and once. @module */
import assert from "node:assert/strict";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { CallLifecycle } from "../../../src/server/call/call_lifecycle.ts";
import type { CallObserver } from "../../../src/server/call/call_observer.ts";
import type { CallRecord } from "../../../src/server/call/call_record.ts";
import { Observers } from "../../../src/server/call/observers.ts";
import { within } from "../../support/deadline.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, said } from "../../support/gemini_call.ts";

const LIMIT_MS = 30_000;
const KEY = "planted-gateway-key";

/** Writes down what it hears, and lets a test wait for ends. */
class Heard implements CallObserver {
  readonly stages = new Map<string, string[]>();
  readonly ended: CallRecord[] = [];
  #onEnd: (() => void)[] = [];

  begin({ requestId }: CallRecord): void {
    this.stages.set(requestId, ["begin"]);
  }

  body({ requestId }: CallRecord, bytes: Uint8Array): void {
    this.#note(requestId, `body ${bytes.length > 0}`);
  }

  attempt({ requestId, account }: CallRecord): void {
    this.#note(requestId, `attempt ${account}`);
  }

  firstByte({ requestId }: CallRecord): void {
    this.#note(requestId, "firstByte");
  }

  end(record: CallRecord): void {
    this.#note(record.requestId, "end");
    this.ended.push(record);
    for (const wake of this.#onEnd.splice(0)) wake();
  }

  async ends(count: number): Promise<void> {
    while (this.ended.length < count) {
      await new Promise<void>((resolve) => this.#onEnd.push(resolve));
    }
  }

  #note(requestId: string, stage: string): void {
    this.stages.get(requestId)?.push(stage);
  }
}

async function observed(heard: CallObserver): Promise<EmulatedGateway> {
  return await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
    settings: { auth: { apiKey: KEY }, server: { corsOrigins: ["http://page.test"] } },
    adminKey: "planted-admin-key",
    observers: [heard],
  });
}

const GOOD = { "x-goog-api-key": KEY, "content-type": "application/json" };
const BODY = JSON.stringify(said("Hi"));
const MODEL = "/v1beta/models/gemini-2.5-flash";

interface Case {
  readonly what: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly method: string;
  readonly status: number;
  readonly stages: readonly string[];
}

const ASKED = ["begin", "body true", "attempt one", "firstByte", "end"];

const CASES: readonly Case[] = [
  { what: "a health check", path: "/healthz", method: "healthz", status: 200, stages: [] },
  {
    what: "a list",
    path: "/v1beta/models",
    init: { headers: GOOD },
    method: "models.list",
    status: 200,
    stages: [],
  },
  {
    what: "a model's facts",
    path: MODEL,
    init: { headers: GOOD },
    method: "models.get",
    status: 200,
    stages: [],
  },
  {
    what: "a call",
    path: `${MODEL}:generateContent`,
    init: { method: "POST", headers: GOOD, body: BODY },
    method: "generateContent",
    status: 200,
    stages: ASKED,
  },
  {
    what: "a stream",
    path: `${MODEL}:streamGenerateContent?alt=sse`,
    init: { method: "POST", headers: GOOD, body: BODY },
    method: "streamGenerateContent",
    status: 200,
    stages: ASKED,
  },
  {
    what: "a body that is no JSON",
    path: `${MODEL}:generateContent`,
    init: { method: "POST", headers: GOOD, body: "{" },
    method: "generateContent",
    status: 400,
    stages: ["begin", "body true", "end"],
  },
  {
    what: "a wrong key",
    path: `${MODEL}:generateContent`,
    init: { method: "POST", headers: { "x-goog-api-key": "planted-wrong" }, body: BODY },
    method: "",
    status: 401,
    stages: [],
  },
  {
    what: "an unknown path",
    path: "/nowhere",
    init: { headers: GOOD },
    method: "",
    status: 404,
    stages: [],
  },
  {
    what: "a page of an origin that is not allowed",
    path: MODEL,
    init: { headers: { ...GOOD, origin: "http://evil.test" } },
    method: "",
    status: 403,
    stages: [],
  },
  {
    what: "a preflight",
    path: `${MODEL}:generateContent`,
    init: {
      method: "OPTIONS",
      headers: { origin: "http://page.test", "access-control-request-method": "POST" },
    },
    method: "preflight",
    status: 204,
    stages: [],
  },
  {
    what: "the admin's status",
    path: "/admin/status",
    init: { headers: { "x-pollux-admin-key": "planted-wrong" } },
    method: "",
    status: 401,
    stages: [],
  },
];

Deno.test("Every request has one record, and observers hear of each of its stages once", async (t) => {
  const heard = new Heard();
  await using gateway = await observed(heard);
  for (const { what, path, init, method, status, stages } of CASES) {
    await t.step(what, async () => {
      const before = heard.ended.length;
      const response = await fetch(`${gateway.url}${path}`, init);
      assert.equal(response.status, status, await response.text());
      await within(LIMIT_MS, heard.ends(before + 1), { what: "The end of the request" });
      assert.equal(heard.ended.length, before + 1);
      const record = heard.ended.at(-1);
      assert.ok(record);
      assert.deepEqual([record.method, record.status], [method, status]);
      assert.ok(record.finishedAtMs >= record.startedAtMs);
      const told = heard.stages.get(record.requestId)?.map((stage) =>
        stage.replace("attempt two", "attempt one")
      );
      assert.deepEqual(told, stages.length === 0 ? ["begin", "end"] : stages);
      if (status >= 400) assert.notEqual(record.failure, "");
    });
  }
});

Deno.test("Each attempt is told, and those that failed are in the record at the end", async () => {
  const heard = new Heard();
  await using gateway = await observed(heard);
  gateway.emulator.always("one", { type: "429-short", delayMs: 20_000 });
  gateway.emulator.always("two", "503");
  const response = await call(gateway.url, { headers: { "x-goog-api-key": KEY } });
  await response.text();
  await within(LIMIT_MS, heard.ends(1), { what: "The end of the call" });
  const [record] = heard.ended;
  assert.ok(record);
  const attempts = heard.stages.get(record.requestId)?.filter((stage) => /^attempt/.test(stage));
  assert.ok(attempts !== undefined && attempts.length >= 2, String(attempts));
  assert.equal(record.failedTries.length >= 1, true);
  assert.ok(!heard.stages.get(record.requestId)?.includes("firstByte"));
});

Deno.test("A stream that its client leaves ends once, with that as its failure", async () => {
  const heard = new Heard();
  await using gateway = await observed(heard);
  gateway.emulator.always("one", { type: "ok", chunks: ["a", "b"], holdAfter: 1 });
  gateway.emulator.always("two", { type: "ok", chunks: ["a", "b"], holdAfter: 1 });
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}${MODEL}:streamGenerateContent?alt=sse`, {
    method: "POST",
    headers: GOOD,
    body: BODY,
    signal: controller.signal,
  });
  const reader = response.body?.getReader();
  await reader?.read();
  assert.equal(heard.ended.length, 0);
  controller.abort();
  await within(LIMIT_MS, heard.ends(1), { what: "The end of the stream" });
  const [record] = heard.ended;
  assert.equal(record?.failure, "The client closed the request");
  assert.deepEqual(heard.stages.get(record?.requestId ?? "")?.filter((stage) => stage === "end"), [
    "end",
  ]);
});

Deno.test("An observer that throws is reported, and changes nothing for the client", async () => {
  function broken(): never {
    throw new Error("The observer broke");
  }
  const observer = { begin: broken, body: broken, attempt: broken, firstByte: broken, end: broken };
  await using gateway = await observed(observer);
  const response = await call(gateway.url, { headers: { "x-goog-api-key": KEY } });
  assert.equal(response.status, 200);
  await response.text();
  assert.equal(gateway.problems.length, 5);
  assert.match(gateway.problems[0] ?? "", /An observer of requests failed.*The observer broke/);
  // The observers behind it hear of the call all the same.
  assert.equal(gateway.calls.length, 1);
});

Deno.test("Times of a call never decrease, even if the wall clock is set back meanwhile", () => {
  const time = { wallMs: 1_000_000, ownMs: 0.4 };
  const heard = new Heard();
  const lifecycle = new CallLifecycle({
    clock: { now: () => time.wallMs, elapsed: () => time.ownMs },
    redaction: new Redaction(),
    observers: new Observers([heard], (error) => assert.fail(String(error))),
  });
  time.wallMs -= 3_600_000;
  time.ownMs += 20;
  lifecycle.body(new Uint8Array());
  lifecycle.firstByte();
  time.ownMs += 30;
  lifecycle.responded(200);
  const [{ startedAtMs, firstByteAtMs, finishedAtMs, trace } = assert.fail()] = heard.ended;
  assert.deepEqual(
    [startedAtMs, trace.bodyMs, firstByteAtMs, finishedAtMs],
    [1_000_000, 20, 1_000_020, 1_000_050],
  );
});
