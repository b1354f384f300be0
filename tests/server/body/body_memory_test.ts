import assert from "node:assert/strict";
import { BodyMemory } from "../../../src/server/body/body_memory.ts";
import { within } from "../../support/deadline.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, said } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { encode, readResponse, writeAll } from "../../support/raw_http.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const MIB = 1024 * 1024;
const WHAT = { what: "The memory" };

Deno.test("BodyMemory lets a call wait until another gives memory back", async () => {
  const memory = new BodyMemory(10 * MIB);
  const first = memory.hold();
  assert.equal(first.take(8 * MIB), undefined);
  using second = memory.hold();
  const waiting = second.take(5 * MIB);
  assert.ok(waiting instanceof Promise);
  assert.equal(second.bytes, 0);
  first[Symbol.dispose]();
  await within(30_000, waiting, WHAT);
  assert.equal(second.bytes, 5 * MIB);
});

Deno.test("BodyMemory lets a small body pass larger ones that wait, and a huge one in alone", async () => {
  const memory = new BodyMemory(10 * MIB);
  const first = memory.hold();
  first.take(8 * MIB);
  const huge = memory.hold();
  const waiting = huge.take(50 * MIB);
  assert.ok(waiting instanceof Promise);
  using small = memory.hold();
  assert.equal(small.take(1000), undefined);
  using large = memory.hold();
  const after = large.take(2 * MIB - 2000);
  assert.ok(after instanceof Promise, "it would fit, but another came before it");
  small[Symbol.dispose]();
  first[Symbol.dispose]();
  await within(30_000, waiting, WHAT);
  assert.equal(huge.bytes, 50 * MIB);
  huge[Symbol.dispose]();
  await within(30_000, after, WHAT);
});

Deno.test("BodyMemory lets a call that holds memory take more before others do", () => {
  const memory = new BodyMemory(10 * MIB);
  using first = memory.hold();
  first.take(4 * MIB);
  using second = memory.hold();
  assert.ok(second.take(8 * MIB) instanceof Promise);
  assert.equal(first.take(9 * MIB), undefined);
});

Deno.test("BodyMemory is filled to its last byte, and not by one more", () => {
  const memory = new BodyMemory(10 * MIB);
  using first = memory.hold();
  first.take(9 * MIB);
  using second = memory.hold();
  assert.equal(second.take(MIB), undefined);
  using third = memory.hold();
  assert.ok(third.take(1) instanceof Promise);
});

Deno.test("BodyMemory gives nothing to a call that has ended, and bounds how many wait", () => {
  const memory = new BodyMemory(10 * MIB);
  using first = memory.hold();
  first.take(10 * MIB);
  const holds = Array.from({ length: 200 }, () => memory.hold());
  for (const hold of holds) assert.ok(hold.take(2 * MIB) instanceof Promise);
  using late = memory.hold();
  assert.throws(() => late.take(2 * MIB), { code: 503, retryAfterMs: 5000 });
  for (const hold of holds) hold[Symbol.dispose]();
  assert.ok(late.take(2 * MIB) instanceof Promise);
});

Deno.test("A call waits with its body while others fill the memory for bodies", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { maxMemoryBytes: 2 * MIB } },
  });
  const body = JSON.stringify(said("x".repeat(1.5 * MIB)));
  const head = "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1\r\n" +
    `Host: localhost\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  using slow = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await writeAll(slow, encode(head));
  // It is told to send: its memory is taken.
  await slow.read(new Uint8Array(1024));
  const second = call(gateway.url, { body });
  const small = await call(gateway.url);
  await small.body?.cancel();
  assert.equal(small.status, 200);
  assert.equal(gateway.calls.length, 1);
  await writeAll(slow, encode(body));
  const response = await within(30_000, readResponse(slow), { what: "The response" });
  assert.equal(response.status, 200);
  const answered = await second;
  await answered.body?.cancel();
  assert.equal(answered.status, 200);
});

Deno.test("A call waits with a short body, too, where not even that fits", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { maxMemoryBytes: 2 * MIB } },
  });
  const body = JSON.stringify(said("x".repeat(2 * MIB - 2000)));
  const head = "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1\r\n" +
    `Host: localhost\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  using filling = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await writeAll(filling, encode(head));
  await filling.read(new Uint8Array(1024));
  const waiting = call(gateway.url, { body: JSON.stringify(said("x".repeat(40_000))) });
  for (let count = 0; count < 3; count++) {
    const small = await call(gateway.url);
    await small.body?.cancel();
    assert.equal(small.status, 200);
  }
  assert.equal(gateway.emulator.requests.length, 3);
  await writeAll(filling, encode(body));
  await within(30_000, readResponse(filling), { what: "The response" });
  const answered = await within(30_000, waiting, { what: "The other response" });
  await answered.body?.cancel();
  assert.equal(answered.status, 200);
  assert.equal(gateway.emulator.requests.length, 5);
});

Deno.test("BodyMemory refuses a call that has waited too long, and says when to come back", async () => {
  const memory = new BodyMemory(10 * MIB, 20);
  using first = memory.hold();
  first.take(10 * MIB);
  using second = memory.hold();
  const waiting = second.take(2 * MIB) ?? Promise.resolve();
  await assert.rejects(waiting, { code: 503, status: "UNAVAILABLE", retryAfterMs: 5000 });
});

Deno.test("BodyMemory lets one call at a time go beyond, where each that is half read waits for others", async () => {
  const memory = new BodyMemory(10 * MIB);
  const holds = [memory.hold(), memory.hold(), memory.hold()];
  for (const hold of holds) assert.equal(hold.take(3 * MIB), undefined);
  const [first, second, third] = holds;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.equal(first.take(6 * MIB), undefined);
  assert.equal(first.take(12 * MIB), undefined);
  const waiting = [second.take(6 * MIB), third.take(6 * MIB)];
  assert.ok(waiting.every((wait) => wait instanceof Promise));
  using late = memory.hold();
  const afterwards = late.take(2 * MIB);
  assert.ok(afterwards instanceof Promise, "what holds nothing goes behind");
  first[Symbol.dispose]();
  await within(30_000, Promise.all(waiting), WHAT);
  assert.equal(third.take(12 * MIB), undefined);
  third[Symbol.dispose]();
  await within(30_000, afterwards, WHAT);
  second[Symbol.dispose]();
});

Deno.test("BodyMemory gives nothing to what reads on when its call is over", () => {
  const memory = new BodyMemory(10 * MIB);
  const first = memory.hold();
  first.take(MIB);
  first[Symbol.dispose]();
  assert.throws(() => first.take(2 * MIB), { code: 503 });
  using second = memory.hold();
  assert.equal(second.take(10 * MIB), undefined);
});

/** A body of `mebibytes` MiB whose length shows only as it comes: in chunks, or compressed. */
function ofUnknownLength(how: "chunked" | "gzip", mebibytes: number): ReadableStream<Uint8Array> {
  const [start = "", end = ""] = JSON.stringify(said("|")).split("|");
  const text = encode("x".repeat(MIB));
  const pieces = [encode(start), ...Array.from({ length: mebibytes }, () => text), encode(end)];
  const stream = ReadableStream.from(pieces);
  return how === "gzip" ? stream.pipeThrough(new CompressionStream("gzip")) : stream;
}

for (const how of ["chunked", "gzip"] as const) {
  Deno.test(`Bodies of unknown length go through together, ${how}, though they fill the memory`, async () => {
    await using upstream = startTestUpstream();
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
      settings: { server: { maxMemoryBytes: 8 * MIB } },
    });
    const headers: Record<string, string> = how === "gzip" ? { "content-encoding": "gzip" } : {};
    const calls = Array.from({ length: 6 }, async () => {
      const response = await call(gateway.url, { body: ofUnknownLength(how, 5), headers });
      await response.body?.cancel();
      return response.status;
    });
    const statuses = await within(60_000, Promise.all(calls), { what: "The responses" });
    assert.deepEqual(statuses, statuses.map(() => 200));
  });
}
