import assert from "node:assert/strict";
import { type Emulator, type Outcome, startEmulator } from "../../../src/emulator/emulator.ts";
import {
  accessToken,
  askToken,
  callInternal,
  callWithKey,
  envelope,
  eventsOf,
  readUntilBreak,
  textOf,
} from "../calls.ts";

const STREAM = { method: "streamGenerateContent", query: "?alt=sse" };

/** Outcome, status with a key, google.rpc status (or undefined), and a pattern of the body. */
const ERRORS: readonly [Outcome, number, string | undefined, RegExp][] = [
  ["401-expired", 401, "UNAUTHENTICATED", /ACCESS_TOKEN_EXPIRED/],
  ["401-revoked", 401, "UNAUTHENTICATED", /ACCESS_TOKEN_TYPE_UNSUPPORTED/],
  ["400-key-invalid", 400, "INVALID_ARGUMENT", /API_KEY_INVALID/],
  ["403-disabled", 403, "PERMISSION_DENIED", /SERVICE_DISABLED/],
  ["403-validation", 403, "PERMISSION_DENIED", /"validation_link"/],
  ["404", 404, "NOT_FOUND", /models\/gemini-2.5-flash is not found for API version v1beta/],
  [{ type: "429-short", delayMs: 1500 }, 429, "RESOURCE_EXHAUSTED", /"retryDelay": "1\.5s"/],
  [{ type: "429-long", hours: 9 }, 429, "RESOURCE_EXHAUSTED", /"retryDelay": "32400s"/],
  ["429-bare", 429, "RESOURCE_EXHAUSTED", /e\.g\. check quota/],
  ["429-capacity", 429, "RESOURCE_EXHAUSTED", /MODEL_CAPACITY_EXHAUSTED/],
  ["429-daily", 429, "RESOURCE_EXHAUSTED", /GenerateRequestsPerDayPerProjectPerModel-FreeTier/],
  ["500", 500, "INTERNAL", /An internal error has occurred/],
  ["503", 503, "UNAVAILABLE", /overloaded/],
  ["529", 529, undefined, /overloaded_error/],
];

Deno.test("script() makes an account answer each error once", async (t) => {
  await using emulator = await startEmulator();
  for (const [index, [outcome, status, rpcStatus, pattern]] of ERRORS.entries()) {
    await t.step(JSON.stringify(outcome), async () => {
      const key = emulator.addApiKey(`account-${index}`);
      emulator.script(`account-${index}`, [outcome]);
      const response = await callWithKey(emulator, key);
      const text = await response.text();
      assert.equal(response.status, status);
      assert.equal(response.headers.get("content-type"), "application/json; charset=UTF-8");
      assert.equal(JSON.parse(text).error.status, rpcStatus);
      assert.match(text, pattern);
      assert.equal((await (await callWithKey(emulator, key)).json()).error, undefined);
    });
  }
});

Deno.test("Code Assist names the delay of a 429 in all its places", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const token = await accessToken(emulator.addUser("a"));
  emulator.script("a", [{ type: "429-long", hours: 9.5 }, { type: "429-short", delayMs: 539 }]);
  const call = { method: "generateContent", body: envelope() };
  const { error } = await (await callInternal(emulator, token, call)).json();
  assert.equal(
    error.message,
    "You have exhausted your capacity on this model. Your quota will reset after 9h30m0s.",
  );
  assert.equal(error.errors[0].reason, "rateLimitExceeded");
  assert.equal(error.details[0].reason, "QUOTA_EXHAUSTED");
  assert.deepEqual(error.details[0].metadata, {
    uiMessage: "true",
    model: "gemini-2.5-flash",
    quotaResetDelay: "9h30m0s",
    quotaResetTimeStamp: "1970-01-01T09:30:00.000Z",
  });
  assert.equal(error.details[1].retryDelay, "34200s");
  const short = await (await callInternal(emulator, token, call)).json();
  assert.equal(short.error.details[0].reason, "RATE_LIMIT_EXCEEDED");
  assert.equal(short.error.details[0].metadata.quotaResetDelay, "539ms");
});

Deno.test("script() with a filter waits for the call that it fits", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["500"], { model: "gemini-2.5-pro" });
  emulator.script("a", ["503"], { method: "countTokens" });

  async function status(options: { model?: string; method?: string }): Promise<number> {
    const response = await callWithKey(emulator, key, options);
    await response.body?.cancel();
    return response.status;
  }

  assert.equal(await status({}), 200);
  assert.equal(await status({ model: "gemini-2.5-pro" }), 500);
  assert.equal(await status({ method: "countTokens" }), 503);
  assert.equal(await status({ model: "gemini-2.5-pro" }), 200);
});

Deno.test("always() takes a rule, which learns of the method and the model", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.always("a", ({ method, model }) => {
    assert.equal(method, "generateContent");
    return model === "gemini-2.5-pro" ? { type: "429-short", delayMs: 20_000 } : "ok";
  });
  for (const [model, status] of [["gemini-2.5-pro", 429], ["gemini-2.5-flash", 200]] as const) {
    const response = await callWithKey(emulator, key, { model });
    assert.equal(response.status, status, await response.text());
  }
  emulator.clear();
  const response = await callWithKey(emulator, key, { model: "gemini-2.5-pro" });
  assert.equal(response.status, 200, await response.text());
});

Deno.test("script() is not consumed by a refused call, and always() stands after it", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["503"]);
  emulator.always("a", "429-bare");
  const statuses: number[] = [];
  for (const body of [{ foo: 1 }, undefined, undefined, undefined]) {
    const response = await callWithKey(emulator, key, { body });
    statuses.push(response.status);
    await response.body?.cancel();
  }
  assert.deepEqual(statuses, [400, 503, 429, 429]);
});

Deno.test("script() throws for an account that does not exist", async () => {
  await using emulator = await startEmulator();
  assert.throws(() => emulator.script("nobody", ["500"]), /no account named "nobody"/);
});

Deno.test("errors on streaming calls are an object, on Code Assist an array, or as scripted", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("key");
  const token = await accessToken(emulator.addUser("user", { project: "emulated-project-1" }));
  emulator.script("user", ["503", { type: "503", body: "object" }]);
  emulator.script("key", ["503", { type: "503", body: "array" }, {
    type: "503",
    body: "event-stream",
  }]);
  const internal = { ...STREAM, body: envelope() };
  const array = await (await callInternal(emulator, token, internal)).text();
  assert.match(array, /^\[\{\n {2}"error": /);
  assert.equal(JSON.parse(array)[0].error.code, 503);
  assert.equal((await (await callInternal(emulator, token, internal)).json()).error.code, 503);
  assert.equal((await (await callWithKey(emulator, key, STREAM)).json()).error.code, 503);
  assert.equal((await (await callWithKey(emulator, key, STREAM)).json())[0].error.code, 503);
  const labelled = await callWithKey(emulator, key, STREAM);
  assert.equal(labelled.headers.get("content-type"), "text/event-stream");
  assert.equal((await labelled.json()).error.code, 503);
});

Deno.test("hang gives no headers until release(), then the answer", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["hang"]);
  let answered = false;
  const pending = callWithKey(emulator, key).then((response) => {
    answered = true;
    return response;
  });
  await emulator.waitForRequest(() => true);
  await (await callWithKey(emulator, key)).text();
  assert.equal(answered, false);
  assert.equal(emulator.inFlight, 1);
  emulator.release("a");
  assert.equal((await pending).status, 200);
  await (await pending).text();
});

Deno.test("hang ends when the client leaves, and the record says so", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["hang"]);
  const leaving = new AbortController();
  const call = callWithKey(emulator, key, { signal: leaving.signal });
  const request = await emulator.waitForRequest(() => true);
  assert.equal(request.aborted, false);
  leaving.abort();
  await assert.rejects(call);
  await request.finished;
  assert.equal(request.aborted, true);
  assert.equal(emulator.inFlight, 0);
});

Deno.test("hang-after-headers gives headers, and the events after release()", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["hang-after-headers", "hang-after-headers"]);
  const response = await callWithKey(emulator, key, STREAM);
  assert.equal(response.status, 200);
  emulator.release();
  assert.equal(eventsOf(await response.text()).at(-1).candidates[0].finishReason, "STOP");

  const leaving = new AbortController();
  const left = await callWithKey(emulator, key, { ...STREAM, signal: leaving.signal });
  leaving.abort();
  await assert.rejects(left.text());
  const request = emulator.requests[1];
  await request?.finished;
  assert.equal(request?.aborted, true);
});

Deno.test("ok with holdAfter gives so many events, and the rest after release()", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.always("a", { type: "ok", chunks: ["one", "two", "three"], holdAfter: 1 });
  const response = await callWithKey(emulator, key, STREAM);
  const reader = (response.body ?? assert.fail()).pipeThrough(new TextDecoderStream()).getReader();
  const { value: first = "" } = await reader.read();
  assert.deepEqual(eventsOf(first).map((event) => textOf([event])), ["one"]);
  assert.equal(emulator.inFlight, 1);
  emulator.release();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) rest += read.value;
  assert.deepEqual(eventsOf(rest).map((event) => textOf([event])), ["two", "three"]);
});

Deno.test("connections tells how many are open, and close() leaves none", async () => {
  const emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const leaving = new AbortController();
  emulator.always("a", { type: "ok", holdAfter: 1 });
  const response = await callWithKey(emulator, key, { ...STREAM, signal: leaving.signal });
  assert.equal(emulator.connections, 1);
  leaving.abort();
  await assert.rejects(response.text());
  await emulator.close();
  assert.equal(emulator.connections, 0);
});

Deno.test("reset closes the connection before any header", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  // For good: Deno 2.7's fetch sends a request once more by itself.
  emulator.always("a", "reset");
  await assert.rejects(callWithKey(emulator, key), TypeError);
  emulator.always("a", "ok");
  const [request] = emulator.requests;
  await request?.finished;
  assert.equal(request?.aborted, false);
  assert.equal((await (await callWithKey(emulator, key)).json()).error, undefined);
});

for (const afterEvents of [0, 1, 2]) {
  Deno.test(`reset-mid-stream breaks the connection after ${afterEvents} events`, async () => {
    await using emulator = await startEmulator();
    const key = emulator.addApiKey("a");
    emulator.script("a", [{ type: "reset-mid-stream", afterEvents }]);
    const { text, broken } = await readUntilBreak(await callWithKey(emulator, key, STREAM));
    assert.equal(broken, true);
    assert.equal(eventsOf(text).length, afterEvents);
  });
}

Deno.test("reset-mid-stream cuts an answer that is not streamed in two", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", [{ type: "reset-mid-stream", afterEvents: 0 }]);
  const { text, broken } = await readUntilBreak(await callWithKey(emulator, key));
  assert.equal(broken, true);
  assert.match(text, /^\{\n {2}"candidates"/);
});

Deno.test("script() of a reset throws where the emulator was started without resets", async () => {
  await using emulator = await startEmulator({ resets: false });
  emulator.addApiKey("a");
  assert.throws(() => emulator.script("a", ["reset"]), /start it without `resets: false`/);
  assert.throws(() => emulator.always("a", "reset"), /start it without `resets: false`/);
});

Deno.test("error-mid-stream sends an error event, or bare JSON", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", [
    { type: "error-mid-stream", afterEvents: 2 },
    { type: "error-mid-stream", afterEvents: 1, error: "429-bare", raw: true },
    { type: "error-mid-stream", afterEvents: 1 },
  ]);
  const events = eventsOf(await (await callWithKey(emulator, key, STREAM)).text());
  assert.equal(events.length, 3);
  assert.equal(events[2].error.code, 503);
  const raw = (await (await callWithKey(emulator, key, STREAM)).text()).split("\r\n\r\n");
  assert.equal(raw.length, 2);
  assert.equal(JSON.parse(raw[1] ?? "").error.code, 429);
  const array = await callWithKey(emulator, key, { method: "streamGenerateContent" });
  assert.equal((await array.json())[1].error.code, 503);
});

Deno.test("empty and foreign answers are as scripted", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["empty-body", "empty-answer", "empty-answer", "empty-answer", "html-502"]);
  const empty = await callWithKey(emulator, key);
  assert.deepEqual([empty.status, await empty.text()], [200, ""]);
  assert.deepEqual(await (await callWithKey(emulator, key)).json(), {});
  const stream = await callWithKey(emulator, key, STREAM);
  assert.equal(stream.headers.get("content-type"), "text/event-stream");
  assert.equal(await stream.text(), "");
  const array = await callWithKey(emulator, key, { method: "streamGenerateContent" });
  assert.equal(await array.text(), "[]");
  const page = await callWithKey(emulator, key);
  assert.deepEqual([page.status, page.headers.get("content-type")], [502, "text/html"]);
  assert.match(await page.text(), /502 Bad Gateway/);
});

Deno.test("ok takes text, chunks and whole events", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const event = { candidates: [{ finishReason: "NO_IMAGE", future: 1 }] };
  emulator.script("a", [
    { type: "ok", text: "one" },
    { type: "ok", chunks: ["t", "wo"], chunkDelayMs: 1 },
    { type: "ok", events: [event] },
  ]);
  assert.equal(textOf([await (await callWithKey(emulator, key)).json()]), "one");
  const events = eventsOf(await (await callWithKey(emulator, key, STREAM)).text());
  assert.deepEqual(events.map((chunk) => textOf([chunk])), ["t", "wo"]);
  assert.deepEqual(await (await callWithKey(emulator, key)).json(), event);
});

Deno.test("401-expired ends the access token, 401-revoked the grant", async () => {
  await using emulator = await startEmulator();
  const user = emulator.addUser("a");
  const call = { method: "generateContent", body: envelope() };

  async function status(token: string): Promise<number> {
    const response = await callInternal(emulator, token, call);
    await response.body?.cancel();
    return response.status;
  }

  const first = await accessToken(user);
  emulator.script("a", ["401-expired"]);
  assert.equal(await status(first), 401);
  assert.equal(await status(first), 401);
  const second = await accessToken(user);
  assert.equal(await status(second), 200);
  emulator.script("a", ["401-revoked"]);
  assert.equal(await status(second), 401);
  assert.equal((await (await askToken(user)).json()).error, "invalid_grant");
});

Deno.test("close() ends calls that hang", async () => {
  const emulator: Emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.always("a", "hang");
  const call = assert.rejects(callWithKey(emulator, key));
  await emulator.waitForRequest(() => true);
  await emulator.close();
  await call;
});
