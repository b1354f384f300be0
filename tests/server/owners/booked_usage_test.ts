/** Usage that Google reports after the call that caused it, booked once to the caller that made it. @module */
import assert from "node:assert/strict";
import type { Booking } from "../../../src/server/call/call_observer.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const FLASH = "gemini-2.5-flash";
const PROMPT = { contents: [{ role: "user", parts: [{ text: "One" }] }] };
const KEY = { "x-goog-api-key": "planted-client-a" };

async function startBed() {
  const bookings: Booking[] = [];
  const gateway = await startEmulatedGateway({
    clientKeys: clientKeysOf(new Map([["planted-client-a", "a"]])),
    observers: [{ booked: (booking) => void bookings.push(booking) }],
  });
  const batches = gateway.emulator.batches(gateway.emulator.projectOf("one"));
  batches.settings.pace = { pendingMs: Infinity, runningMs: Infinity };
  async function ask(path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${gateway.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...KEY, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200, response.ok ? "" : await response.clone().text());
    return response;
  }
  return {
    bookings,
    ask,
    gateway,
    emulator: gateway.emulator,
    batches,
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

Deno.test("A batch's usage is booked once, at its first sight, to the key that made it", async () => {
  await using bed = await startBed();
  const requests = [{ request: PROMPT }, { request: PROMPT }];
  const batch = { batch: { inputConfig: { requests: { requests } } } };
  const made = await (await bed.ask(`/v1beta/models/${FLASH}:batchGenerateContent`, batch)).json();
  await (await bed.ask(`/v1beta/${made.name}`)).body?.cancel();
  assert.equal(bed.bookings.length, 0);
  bed.batches.end(made.name, "SUCCEEDED");
  const [first, second] = await Promise.all([0, 1].map(() => bed.ask(`/v1beta/${made.name}`)));
  await second?.body?.cancel();
  const done = await first?.json();
  const expected = done.response.inlinedResponses.inlinedResponses.map((
    { response }: { response: { usageMetadata: { totalTokenCount: number } } },
  ) => response.usageMetadata.totalTokenCount);
  assert.equal(expected.length, 2);
  const [booking] = bed.bookings;
  assert.equal(bed.bookings.length, 1);
  assert.equal(booking?.usage?.total, expected[0] + expected[1]);
  assert.deepEqual(
    [booking?.callerId, booking?.model, booking?.method, booking?.account],
    ["a", FLASH, "batchGenerateContent", "one"],
  );
});

Deno.test("A batch that ends without usage is booked once as not known", async () => {
  await using bed = await startBed();
  const batch = { batch: { inputConfig: { requests: { requests: [{ request: PROMPT }] } } } };
  const made = await (await bed.ask(`/v1beta/models/${FLASH}:batchGenerateContent`, batch)).json();
  bed.batches.end(made.name, "FAILED");
  for (let nth = 0; nth < 2; nth++) await (await bed.ask(`/v1beta/${made.name}`)).body?.cancel();
  assert.deepEqual(bed.bookings.map(({ usage }) => usage), [undefined]);
});

Deno.test("An interaction in the background is booked once, when it is first shown complete", async () => {
  await using bed = await startBed();
  const body = { model: FLASH, input: "One", background: true };
  const made = await (await bed.ask("/v1beta/interactions", body)).json();
  assert.equal(made.status, "in_progress");
  let shown = made;
  for (let nth = 0; nth < 4; nth++) {
    shown = await (await bed.ask(`/v1beta/interactions/${made.id}`)).json();
  }
  assert.equal(shown.status, "completed");
  assert.deepEqual(bed.bookings.map(({ usage, method }) => [usage?.total, method]), [
    [shown.usage.total_tokens, "interactions.create"],
  ]);
});

Deno.test("An interaction whose usage its own call reported is not booked again", async () => {
  for (const stream of [false, true]) {
    await using bed = await startBed();
    const response = await bed.ask("/v1beta/interactions", { model: FLASH, input: "One", stream });
    await response.text();
    const { usage } = await bed.gateway.waitForCall();
    const id = bed.emulator.interactions(bed.emulator.projectOf("one"))[0];
    const shown = await (await bed.ask(`/v1beta/interactions/${id}`)).json();
    await (await bed.ask(`/v1beta/interactions/${id}?stream=true`)).text();
    assert.equal(usage?.total, shown.usage.total_tokens);
    assert.equal(bed.bookings.length, 0);
  }
});

Deno.test("A batch with its results in a file is booked when the whole file was read", async () => {
  await using bed = await startBed();
  const lines = [1, 2, 3].map((nth) => JSON.stringify({ key: `k${nth}`, request: PROMPT }));
  const upload = await fetch(`${bed.gateway.url}/upload/v1beta/files`, {
    method: "POST",
    headers: {
      ...KEY,
      "x-goog-upload-protocol": "raw",
      "content-type": "application/jsonl",
    },
    body: lines.join("\n"),
  });
  const { file } = await upload.json();
  const batch = { batch: { inputConfig: { fileName: file.name } } };
  const made = await (await bed.ask(`/v1beta/models/${FLASH}:batchGenerateContent`, batch)).json();
  bed.batches.end(made.name, "SUCCEEDED");
  const done = await (await bed.ask(`/v1beta/${made.name}`)).json();
  assert.equal(bed.bookings.length, 0);
  const path = `/v1beta/${done.response.responsesFile}:download?alt=media`;
  const text = await (await bed.ask(path)).text();
  await (await bed.ask(path)).text();
  const totals = text.trim().split("\n").map((line) =>
    JSON.parse(line).response.usageMetadata.totalTokenCount
  );
  assert.equal(totals.length, 3);
  assert.deepEqual(bed.bookings.map(({ usage, callerId }) => [usage?.total, callerId]), [
    [totals.reduce((sum, total) => sum + total, 0), "a"],
  ]);
});
