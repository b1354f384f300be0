/** What a call waited for, as `explain` tells it, and why accounts were passed over meanwhile. @module */
import assert from "node:assert/strict";
import { delay } from "../../../src/base/delay.ts";
import { until } from "../../support/until.ts";
import { call, said } from "../../support/gemini_call.ts";
import type { Explanation } from "../../../src/server/explain/explanation.ts";
import { encode, readResponse, writeAll } from "../../support/raw_http.ts";
import { accountAt, type ExplainedGateway, startExplained, whyOf } from "./explain_testbed.ts";

/** A call whose response is held back until the emulator lets go. */
async function held(gateway: ExplainedGateway, name: string): Promise<Response> {
  gateway.emulator.script(name, [{ type: "ok", chunks: ["a", "b"], holdAfter: 1 }]);
  const response = await call(gateway.url, { method: "streamGenerateContent", query: "?alt=sse" });
  assert.equal(response.headers.get("x-pollux-account"), name);
  return response;
}

function headFor(body: string): string {
  return "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
    `Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
}

function waitFor({ waits }: Explanation, what: string) {
  return waits.find((wait) => wait.for === what);
}

Deno.test("explain tells how long a call waited for a busy account", async () => {
  await using gateway = await startExplained({ accounts: {} });
  await gateway.setAccounts([accountAt(gateway, "one", { maxConcurrent: 1 })]);
  const first = await held(gateway, "one");
  const waiting = call(gateway.url, { text: "second" });
  await until(async () => await gateway.waitingCalls() === 1, { what: "The wait" });
  await delay(10);
  gateway.emulator.release();
  await first.text();
  const explained = await gateway.explain(await waiting);
  assert.equal(explained.outcome, "ok");
  const wait = waitFor(explained, "busy");
  assert.ok(wait !== undefined && wait.ms > 0, JSON.stringify(explained.waits));
  assert.ok((explained.attempts[0]?.startMs ?? 0) >= wait.startMs + wait.ms);
});

Deno.test("explain tells which accounts were busy, and that none became free in time", async () => {
  await using gateway = await startExplained({
    accounts: {},
    settings: { routing: { maxWaitMs: 1 } },
  });
  await gateway.setAccounts([accountAt(gateway, "one", { maxConcurrent: 1 })]);
  const first = await held(gateway, "one");
  const refused = await gateway.explain(await call(gateway.url, { text: "second" }));
  assert.deepEqual([refused.outcome, refused.gaveUp], ["no-account", "busy"]);
  assert.equal(whyOf(refused, "one"), "busy");
  gateway.emulator.release();
  await first.text();
});

Deno.test("explain tells of the back-off before another attempt", async () => {
  await using gateway = await startExplained({ accounts: { one: "gemini-api" } });
  gateway.emulator.script("one", [{ type: "429-short", delayMs: 300 }]);
  const explained = await gateway.explain(await call(gateway.url));
  assert.equal(explained.outcome, "ok");
  assert.deepEqual(explained.attempts.map(({ status }) => status), [429, 200]);
  assert.equal(explained.rotations, 0);
  assert.equal(explained.attempts[0]?.delayMs, 300);
  const wait = waitFor(explained, "back-off");
  assert.equal(wait?.account, "one");
  assert.ok((wait?.ms ?? 0) >= 200, JSON.stringify(wait));
  assert.deepEqual(explained.waits.map((wait) => wait.for), [
    "body",
    "account",
    "back-off",
    "account",
  ]);
});

Deno.test("explain tells how long the client's body took", async () => {
  await using gateway = await startExplained({ accounts: { one: "gemini-api" } });
  const body = JSON.stringify(said("slow"));
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await connection.write(encode(headFor(body) + body.slice(0, 10)));
  await delay(300);
  await connection.write(encode(body.slice(10)));
  const { headers } = await readResponse(connection);
  const id = headers.get("x-request-id") ?? "";
  await gateway.waitForCall(({ requestId }) => requestId === id);
  const explained: Explanation = await (await gateway.ask(id)).json();
  assert.ok((waitFor(explained, "body")?.ms ?? 0) >= 200, JSON.stringify(explained.waits));
});

Deno.test("explain tells how long a call waited for memory", async () => {
  const MIB = 1024 * 1024;
  await using gateway = await startExplained({
    accounts: { one: "gemini-api" },
    settings: { server: { maxMemoryBytes: 3 * MIB } },
  });
  const large = JSON.stringify(said("x".repeat(2 * MIB)));
  // The first body has its memory when its head has arrived.
  using first = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await first.write(encode(headFor(large)));
  await until(() => gateway.gateway.callCount === 1, { what: "The first call" });
  const second = call(gateway.url, { body: large });
  await until(() => gateway.gateway.callCount === 2, { what: "The second call" });
  await delay(100);
  await Promise.all([writeAll(first, encode(large)), readResponse(first)]);
  const explained = await gateway.explain(await second);
  assert.equal(explained.outcome, "ok");
  assert.ok((waitFor(explained, "memory")?.ms ?? 0) > 0, JSON.stringify(explained.waits));
});

Deno.test("explain tells which accounts failed a short time ago, and which are refused", async () => {
  await using gateway = await startExplained();
  gateway.emulator.script("one", ["503", "503", "503"]);
  gateway.emulator.always("two", "403-disabled");
  await (await call(gateway.url, { text: "a" })).text();
  await (await call(gateway.url, { text: "b" })).text();
  const explained = await gateway.explain(await call(gateway.url, { text: "c" }));
  assert.equal(explained.account, "three");
  assert.equal(whyOf(explained, "one"), "last-resort");
  assert.equal(whyOf(explained, "two"), "cooling");
});

Deno.test("explain tells of the strategies that compare load", async () => {
  await using gateway = await startExplained({
    settings: { routing: { strategy: "performance_first" } },
  });
  const explained = await gateway.explain(await call(gateway.url));
  assert.equal(whyOf(explained, "three"), "load");
  gateway.apply({ routing: { strategy: "use_first_what_expires" } });
  const other = await gateway.explain(await call(gateway.url, { text: "x" }));
  const passed = ["one", "two", "three"].filter((name) => name !== other.account);
  assert.deepEqual(passed.map((name) => whyOf(other, name)), ["quota", "quota"]);
});
