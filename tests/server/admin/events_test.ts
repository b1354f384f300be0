/** The events of the admin API. @module */
import assert from "node:assert/strict";
import { isWithin } from "../../../src/base/is_within.ts";
import { MOST_STREAMS } from "../../../src/server/admin/calls/admin_events.ts";
import { EventQueue, eventText, MOST_QUEUED } from "../../../src/server/admin/calls/event_queue.ts";
import { LastMinute } from "../../../src/server/admin/calls/last_minute.ts";
import { callRowSchema } from "../../../src/server/admin/schemas/call_schema.ts";
import { newCallRecord } from "../../../src/server/call/call_record.ts";
import { ADMIN_KEY, type AdminGateway, startAdminGateway } from "../../support/admin_gateway.ts";
import { within } from "../../support/deadline.ts";
import { call } from "../../support/gemini_call.ts";
import { keepPrinted } from "../../support/keep_printed.ts";

/** An event as a client reads it. */
interface ReadEvent {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- A test looks at single members.
  readonly data: any;
}

/** A reader of events. */
class EventReader implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads up to the first event that fits, and gives it. */
  async next(fits: (event: ReadEvent) => boolean): Promise<ReadEvent> {
    while (true) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { done, value } = await this.#read("An event");
        assert.ok(!done, "The stream has ended");
        keepPrinted(value);
        this.#text += value;
        continue;
      }
      const [first = "", second = ""] = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      if (first.startsWith(":")) continue;
      const event = {
        event: first.replace("event: ", ""),
        data: JSON.parse(second.replace("data: ", "")),
      };
      if (fits(event)) return event;
    }
  }

  /** Reads up to the end. */
  async end(): Promise<void> {
    while (!(await this.#read("The end")).done);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }

  #read(what: string) {
    return within(30_000, this.#reader.read(), { what });
  }
}

async function readEvents({ url }: AdminGateway): Promise<EventReader> {
  const response = await fetch(`${url}/admin/v1/events`, {
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  return new EventReader(response.body ?? assert.fail("no body"));
}

Deno.test("GET /admin/v1/events tells of each call when it is sent and when it ends", async () => {
  await using gateway = await startAdminGateway();
  await using events = await readEvents(gateway);
  const { data: status } = await events.next(({ event }) => event === "status");
  assert.deepEqual(status, {
    callsInFlight: 0,
    waitingCalls: 0,
    lastMinute: { requests: 0, errors: 0, tokens: 0 },
  });
  await (await call(gateway.url, {})).text();
  const { data: sent } = await events.next(({ event }) => event === "call");
  const { data: ended } = await events.next(({ event }) => event === "call");
  for (const row of [sent, ended]) callRowSchema.parse(row);
  assert.deepEqual([sent.status, sent.account, sent.model], [0, "one", "gemini-2.5-flash"]);
  assert.deepEqual([ended.id, ended.status], [sent.id, 200]);
  assert.ok(ended.ms >= 0 && ended.tokens.prompt > 0);
  const counted = await events.next(({ event, data }) =>
    event === "status" && data.lastMinute.requests === 1
  );
  assert.equal(counted.data.callsInFlight, 0);
});

Deno.test("GET /admin/v1/events tells what has changed, by whomever", async () => {
  await using gateway = await startAdminGateway();
  await using events = await readEvents(gateway);
  await gateway.ask("POST", "/accounts/one/disable");
  await events.next(({ event, data }) => event === "changed" && data.what === "accounts");
  await gateway.keyBook.create({
    name: "ada",
    labels: [],
    limits: {},
    allow: [],
    deny: [],
    accounts: [],
  });
  await events.next(({ event, data }) => event === "changed" && data.what === "keys");
  gateway.apply({});
  await events.next(({ event, data }) => event === "changed" && data.what === "config");
});

Deno.test("Requests of the admin API are no calls", async () => {
  await using gateway = await startAdminGateway();
  await using events = await readEvents(gateway);
  await gateway.ask("GET", "/accounts/none");
  await (await fetch(`${gateway.url}/healthz`)).body?.cancel();
  await (await call(gateway.url, {})).text();
  const { data } = await events.next(({ event }) => event === "call");
  assert.equal(data.method, "generateContent");
  await gateway.waitForCall(({ method }) => method === "generateContent");
  const { calls } = await gateway.get("/calls");
  assert.deepEqual(calls.map(({ id }: { id: string }) => id), [data.id]);
});

Deno.test("There are at most so many streams of events, and one that is closed makes room", async () => {
  await using gateway = await startAdminGateway();
  const readers: EventReader[] = [];
  for (let nth = 0; nth < MOST_STREAMS; nth++) readers.push(await readEvents(gateway));
  const refused = await gateway.ask("GET", "/events");
  assert.deepEqual([refused.status, refused.json.error.status], [429, "RESOURCE_EXHAUSTED"]);
  await readers.pop()?.[Symbol.asyncDispose]();
  let status = 0;
  while (status !== 200) {
    const response = await fetch(`${gateway.url}/admin/v1/events`, {
      headers: { "x-goog-api-key": ADMIN_KEY },
    });
    status = response.status;
    await response.body?.cancel();
  }
  for (const reader of readers) await reader[Symbol.asyncDispose]();
});

Deno.test("HEAD /admin/v1/events opens no stream", async () => {
  await using gateway = await startAdminGateway();
  const headers = { "x-goog-api-key": ADMIN_KEY };
  for (let nth = 0; nth <= MOST_STREAMS; nth++) {
    const head = await fetch(`${gateway.url}/admin/v1/events`, { method: "HEAD", headers });
    assert.deepEqual([head.status, head.headers.get("content-type")], [200, "text/event-stream"]);
    await head.body?.cancel();
  }
  await using events = await readEvents(gateway);
  await events.next(({ event }) => event === "status");
});

Deno.test("A gateway that stops ends the streams of events, so that its listener can stop", async () => {
  const gateway = await startAdminGateway();
  await using events = await readEvents(gateway);
  await events.next(({ event }) => event === "status");
  const closing = gateway.close();
  await events.end();
  assert.ok(await isWithin(30_000, closing), "The gateway did not stop");
});

Deno.test("EventQueue drops the oldest calls of a slow reader, and says how many", async () => {
  const queue = new EventQueue(() => {});
  for (let nth = 0; nth < MOST_QUEUED + 7; nth++) queue.call(eventText("call", { nth }));
  for (let nth = 0; nth < 1000; nth++) queue.other("status", eventText("status", { nth }));
  queue.end();
  const text = await new Response(queue.stream).text();
  const blocks = text.split("\n\n").filter((block) => block !== "");
  assert.equal(blocks.length, MOST_QUEUED + 2);
  assert.equal(blocks[0], 'event: lost\ndata: {"count":7}');
  assert.equal(blocks[1], 'event: call\ndata: {"nth":7}');
  assert.equal(blocks.at(-1), 'event: status\ndata: {"nth":999}');
});

Deno.test("EventQueue tells when its reader has left", async () => {
  const { promise, resolve } = Promise.withResolvers<EventQueue>();
  const queue = new EventQueue(resolve);
  await queue.stream.cancel();
  assert.equal(await promise, queue);
});

Deno.test("LastMinute forgets what is older than a minute", () => {
  let nowMs = 1_000_000;
  const minute = new LastMinute({ now: () => nowMs });
  function end(status: number, method = "generateContent"): void {
    const usage = { prompt: 3, cached: 0, tool: 0, candidates: 4, thoughts: 0, total: 7 };
    minute.end({ ...newCallRecord(nowMs), method, status, usage });
  }
  end(200);
  end(500);
  end(200, "healthz");
  assert.deepEqual(minute.sums(), { requests: 2, errors: 1, tokens: 14 });
  nowMs += 59_000;
  end(200);
  assert.deepEqual(minute.sums(), { requests: 3, errors: 1, tokens: 21 });
  nowMs += 1000;
  assert.deepEqual(minute.sums(), { requests: 1, errors: 0, tokens: 7 });
  nowMs += 10 * 60_000;
  assert.deepEqual(minute.sums(), { requests: 0, errors: 0, tokens: 0 });
  nowMs -= 3_600_000;
  end(200);
  assert.equal(minute.sums().requests, 1);
});
