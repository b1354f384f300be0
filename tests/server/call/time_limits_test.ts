import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { collectGarbage } from "../../support/collect_garbage.ts";
import { within } from "../../support/deadline.ts";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, checkedError, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

const EVENT =
  'data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}\n\n';

/** Far longer than any limit here with the time until it is looked at, on a busy machine too. */
const LATE_MS = 20_000;

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A silent ${kind} account is left for another after first_byte`, async (t) => {
    const cases: readonly (readonly [Parameters<typeof call>[1], Outcome])[] = [
      [{ method: "generateContent" }, "hang"],
      [{ method: "countTokens" }, "hang"],
      [{ method: "generateContent" }, "hang-after-headers"],
      [{ method: "countTokens" }, "hang-after-headers"],
      [{ method: "streamGenerateContent" }, "hang"],
      [{ method: "streamGenerateContent" }, "hang-after-headers"],
    ];
    for (const [options, outcome] of cases) {
      await t.step(`${options?.method}: ${outcome}`, async () => {
        await using gateway = await startEmulatedGateway({
          accounts: { one: kind, two: kind },
          settings: { timeouts: { firstByteMs: 600 } },
        });
        gateway.emulator.always("one", outcome);
        const startedAt = performance.now();
        const answered = call(gateway.url, options);
        await gateway.emulator.waitForRequest(({ path }) => path.includes(`:${options?.method}`));
        // Deno holds the link from a signal to its fetch weakly.
        await collectGarbage();
        const answer = await within(LATE_MS, answered, { what: "The answer" });
        await answer.text();
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get("x-pollux-account"), "two");
        assert.equal(answer.headers.get("x-pollux-attempts"), "2");
        assert.ok(performance.now() - startedAt >= 590);
      });
    }
  });

  Deno.test(`When every ${kind} account is silent, the answer is 504 within the attempts`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: kind, two: kind, three: kind, four: kind },
      settings: { timeouts: { firstByteMs: 200 } },
    });
    for (const name of ["one", "two", "three", "four"]) gateway.emulator.always(name, "hang");
    const answer = await within(LATE_MS, call(gateway.url), { what: "The answer" });
    const error = await errorOf(answer);
    assert.deepEqual([error.code, error.status], [504, "DEADLINE_EXCEEDED"]);
    assert.equal(error.message, "Upstream sent no content for 0.2 s");
    assert.equal(answer.headers.get("x-pollux-attempts"), "3");
  });

  Deno.test(`A call to a ${kind} account ends after total, whatever it waits for`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: kind, two: kind },
      settings: { timeouts: { totalMs: 300 } },
    });
    for (const name of ["one", "two"]) gateway.emulator.always(name, "hang");
    const answer = await within(LATE_MS, call(gateway.url), { what: "The answer" });
    const error = await errorOf(answer);
    assert.deepEqual([error.code, error.status], [504, "DEADLINE_EXCEEDED"]);
    assert.equal(error.message, "The request took longer than 0.3 s");
    assert.equal(answer.headers.get("x-pollux-attempts"), "1");
  });

  for (
    const [name, timeouts, message] of [
      ["idle", { idleMs: 300 }, "Upstream sent nothing for 0.3 s"],
      // Long enough for the first event to come on a busy machine.
      ["total", { totalMs: 1500 }, "The request took longer than 1.5 s"],
    ] as const
  ) {
    Deno.test(`A ${kind} stream that falls silent ends after ${name} with an error, and is aborted`, async () => {
      await using gateway = await startEmulatedGateway({
        accounts: { one: kind, two: kind },
        settings: { timeouts },
      });
      const chunks = ["a", "b"];
      gateway.emulator.always("one", { type: "ok", chunks, chunkDelayMs: 60_000 });
      const answer = await call(gateway.url, { method: "streamGenerateContent" });
      assert.equal(answer.status, 200);
      const reader = (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream())
        .getReader();
      let text = (await reader.read()).value ?? "";
      // Deno holds the link from a signal to its fetch weakly.
      await collectGarbage();
      try {
        for (let done = false; !done;) {
          const read = await within(LATE_MS, reader.read(), { what: "The end of the stream" });
          text += read.value ?? "";
          done = read.done;
        }
      } finally {
        await reader.cancel();
      }
      const blocks = text.split("\n\n");
      assert.equal(blocks.length, 3);
      assert.equal(checkedError(504, blocks[2] ?? "").message, message);
      const upstream = gateway.emulator.requests.at(-1) ?? assert.fail();
      await within(LATE_MS, upstream.finished, { what: "The end of the upstream request" });
      assert.equal(upstream.aborted, true);
      const record = await gateway.waitForCall();
      assert.deepEqual([record.status, record.failure], [200, message]);
    });
  }
}

Deno.test("A stream that is slow but never silent is not cut", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { timeouts: { firstByteMs: 1000, idleMs: 1000 } },
  });
  const chunks = Array.from({ length: 6 }, (_, index) => `${index}`);
  gateway.emulator.always("one", { type: "ok", chunks, chunkDelayMs: 250 });
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  const events = (await answer.text()).trimEnd().split("\n\n");
  assert.equal(events.length, chunks.length);
  assert.equal((await gateway.waitForCall()).failure, "");
});

Deno.test("A client that is slow to read is not taken for a silent upstream", async () => {
  const stream = scriptedStream();
  await using upstream = startTestUpstream(() => stream.response);
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    settings: { timeouts: { idleMs: 2000 } },
  });
  // More than the sockets on the way hold: the gateway waits for the client with some of it in hand.
  const event = `data: {"text":"${"x".repeat(64 * 1024)}"}\n\n`;
  const count = 512;
  for (let index = 0; index < count; index++) stream.write(event);
  stream.end();
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const text = await answer.text();
  assert.equal(text.length, event.length * count);
  assert.equal((await gateway.waitForCall()).failure, "");
});

Deno.test("Limits are each call's own: a silent one does not end its neighbour", async () => {
  const stream = scriptedStream();
  await using upstream = startTestUpstream((_, index) =>
    index === 0 ? stream.response : new Promise<Response>(() => {})
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    settings: { timeouts: { firstByteMs: 300 }, routing: { maxAttempts: 1 } },
  });
  stream.write(EVENT);
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  const silent = await errorOf(await call(gateway.url));
  assert.equal(silent.code, 504);
  stream.write(EVENT);
  stream.end();
  assert.equal(await answer.text(), EVENT + EVENT);
});
