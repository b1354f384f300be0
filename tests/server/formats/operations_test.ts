import assert from "node:assert/strict";
import type { FormBody } from "../../../src/formats/form/form_body.ts";
import type { Operation } from "../../../src/formats/operation.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { ECHO } from "./echo_operation.ts";
import { eventStream, scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

/** An operation that reads a form. */
const FORM: Operation<FormBody> = {
  ...ECHO,
  name: "test.form",
  references: () => ({}),
  read: ({ fields }, context) => ECHO.read(Object.fromEntries(fields), context),
};

const OPERATIONS = [
  { api: "openai", path: "echo", json: ECHO },
  { api: "openai", path: "form", form: FORM },
] as const;

const MODEL = "gemini-2.5-flash";

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const init = body instanceof FormData
    ? { body }
    : { body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
  return fetch(url, { method: "POST", ...init });
}

Deno.test("An operation's call is served at each of its bases", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  for (const base of ["/v1", "/openai/v1", "/openai", "/v1beta/openai", "//openai//v1/"]) {
    const response = await post(`${gateway.url}${base}/echo`, { model: MODEL, text: "hello" });
    assert.equal(response.status, 200, base);
    const { responses } = await response.json();
    assert.equal(responses.length, 1);
    assert.ok(responses[0].candidates.length > 0);
    assert.equal(response.headers.get("x-pollux-model"), MODEL);
    assert.equal(response.headers.get("x-pollux-warning"), "made up");
    assert.equal(response.headers.get("x-pollux-account"), "one");
  }
  const [call] = gateway.calls;
  assert.equal(call?.operation, "test.echo");
  assert.equal(call?.method, "generateContent");
  assert.ok((call?.usage?.total ?? 0) > 0);
});

Deno.test("A stream is translated event by event", async () => {
  const first = '{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}';
  const second = '{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"totalTokenCount":3}}';
  await using upstream = startTestUpstream(() =>
    new Response(`data: ${first}\r\n\r\ndata: ${second}\r\n\r\n`, {
      headers: eventStream().headers,
    })
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    operations: OPERATIONS,
  });
  const body = { model: MODEL, text: "hello", stream: true };
  const response = await post(`${gateway.url}/v1/echo`, body);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(await response.text(), `chunk ${first}\nchunk ${second}\nend\n`);
  const call = await gateway.waitForCall();
  assert.equal(call.usage?.total, 3);
  assert.ok(call.bytesOut > 0);
});

Deno.test("The first event is sent before upstream's response is complete", async () => {
  const stream = scriptedStream();
  await using upstream = startTestUpstream(() => stream.response);
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    operations: OPERATIONS,
  });
  const asked = post(`${gateway.url}/v1/echo`, { model: MODEL, text: "hello", stream: true });
  const chunk = '{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}';
  stream.write(`data: ${chunk}\n\n`);
  const reader = (await asked).body?.getReader();
  const { value } = await reader?.read() ?? {};
  assert.equal(new TextDecoder().decode(value), `chunk ${chunk}\n`);
  stream.end();
  const rest = await reader?.read();
  assert.equal(new TextDecoder().decode(rest?.value), "end\n");
  await reader?.cancel();
});

Deno.test("Several calls of one request run side by side, and their usage is summed", async () => {
  let inFlight = 0;
  let most = 0;
  const all = Promise.withResolvers<void>();
  await using upstream = startTestUpstream(async () => {
    most = Math.max(most, ++inFlight);
    if (most === 3) all.resolve();
    await all.promise;
    return Response.json({
      candidates: [{ content: { parts: [{ text: "a" }] }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 3, totalTokenCount: 5 },
    });
  });
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    operations: OPERATIONS,
  });
  const response = await post(`${gateway.url}/v1/echo`, { model: MODEL, text: "hi", times: 3 });
  const { responses } = await response.json();
  assert.equal(responses.length, 3);
  const call = await gateway.waitForCall();
  assert.equal(call.usage?.total, 15);
  assert.equal(call.attempts, 3);
  assert.equal(gateway.gateway.callCount, 0);
});

Deno.test("Of several calls, those that succeed are the response", async () => {
  let nth = 0;
  await using upstream = startTestUpstream(() =>
    nth++ === 1
      ? Response.json({ error: { code: 400, status: "INVALID_ARGUMENT", message: "no" } }, {
        status: 400,
      })
      : Response.json({ candidates: [{ content: { parts: [{ text: "a" }] } }] })
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    operations: OPERATIONS,
  });
  const response = await post(`${gateway.url}/v1/echo`, { model: MODEL, text: "hi", times: 2 });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).responses.length, 1);
});

Deno.test("Calls of one request with the same body take its memory once", async () => {
  await using upstream = startTestUpstream(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return Response.json({ candidates: [{ content: { parts: [{ text: "a" }] } }] });
  });
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    operations: OPERATIONS,
    settings: { server: { maxMemoryBytes: 3_000_000 } },
  });
  const ask = { model: MODEL, text: "a".repeat(1_000_000), times: 4 };
  const counts = await Promise.all([1, 2, 3].map(async () => {
    const response = await post(`${gateway.url}/v1/echo`, ask);
    return (await response.json()).responses?.length;
  }));
  assert.deepEqual(counts, [4, 4, 4]);
});

Deno.test("The conversation is the one that the client names", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const url = `${gateway.url}/v1/echo`;
  for (const [text, session] of [["a", "one"], ["b", "one"], ["c", "two"]] as const) {
    await (await post(url, { model: MODEL, text, session })).body?.cancel();
  }
  const [a, b, c] = gateway.calls.map(({ trace }) => trace.session);
  assert.equal(a, b);
  assert.notEqual(a, c);
  assert.equal(gateway.calls[0]?.trace.sessionFrom, "body");
});

Deno.test("A form is read where an operation takes one", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const form = new FormData();
  form.set("model", MODEL);
  form.set("text", "hello");
  const response = await post(`${gateway.url}/v1/form`, form);
  assert.equal(response.status, 200);
  await response.body?.cancel();
  const json = await post(`${gateway.url}/v1/form`, { model: MODEL, text: "hello" });
  assert.equal(json.status, 415);
  await json.body?.cancel();
  const broken = await fetch(`${gateway.url}/v1/form`, {
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    body: "nothing",
  });
  assert.equal(broken.status, 400);
  await broken.body?.cancel();
});

Deno.test("A body that cannot be read or translated is refused", async (t) => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const bodies = {
    "not JSON": '{"model": "planted-text',
    "an array": "[]",
    "nothing": "",
    "a missing field": '{"model":"m"}',
  };
  for (const [name, body] of Object.entries(bodies)) {
    await t.step(name, async () => {
      const response = await fetch(`${gateway.url}/v1/echo`, { method: "POST", body });
      assert.equal(response.status, 400);
      const text = await response.text();
      assert.doesNotMatch(text, /planted/);
      assert.ok(JSON.parse(text).error.message.length > 0);
    });
  }
});

Deno.test("A body of very many levels is refused before it is sent", async () => {
  await using gateway = await startEmulatedGateway();
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const ask = (levels: number) =>
    fetch(`${gateway.url}/v1/responses`, {
      method: "POST",
      body: `{"model":"${MODEL}","input":"Hi","metadata":{"a":${nested(levels)}}}`,
    });
  const refused = await ask(100_000);
  assert.equal(refused.status, 400);
  assert.match((await refused.json()).error.message, /more than 1000 nested levels/);
  assert.deepEqual(gateway.emulator.requests, []);
  const served = await ask(900);
  assert.equal(served.status, 200, await served.text());
});
