import assert from "node:assert/strict";
import { KeepAlive } from "../../../src/server/response/keep_alive.ts";

const PING = new TextEncoder().encode("ping");

/** A stream that buffers nothing, and what keeps it alive. */
function silentStream() {
  const record = { bytesOut: 0 };
  let alive: KeepAlive | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      alive = new KeepAlive({ frame: PING, controller, record });
    },
  }, { highWaterMark: 0 });
  return { alive: alive ?? assert.fail("It did not start"), record, reader: stream.getReader() };
}

Deno.test("KeepAlive sends a frame for each 15 s of a wait, and nothing before the first bytes", async () => {
  const { alive, record, reader } = silentStream();
  alive.wait();
  for (const nowMs of [0, 100_000]) alive.check(nowMs);
  assert.equal(record.bytesOut, 0);
  alive.rest();
  alive.check(200_000);
  alive.wait();
  for (const nowMs of [300_000, 314_999]) alive.check(nowMs);
  assert.equal(record.bytesOut, 0);
  alive.check(315_000);
  assert.deepEqual((await reader.read()).value, PING);
  alive.check(329_999);
  assert.equal(record.bytesOut, PING.length);
  alive.check(330_000);
  assert.deepEqual((await reader.read()).value, PING);
  await reader.cancel();
});

Deno.test("KeepAlive sends nothing more to a client that does not read", async () => {
  const { alive, record, reader } = silentStream();
  alive.rest();
  alive.wait();
  for (let nowMs = 0; nowMs <= 300_000; nowMs += 15_000) alive.check(nowMs);
  assert.equal(record.bytesOut, PING.length);
  await reader.cancel();
});
