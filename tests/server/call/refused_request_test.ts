/** What the record holds of requests that were refused before their method was known. @module */
import assert from "node:assert/strict";
import { call } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { planted } from "../../support/planted.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const KEY = planted("gateway-key");

Deno.test("The record of a refused request has its verb and path, without query and key", async () => {
  await using google = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [google.url], key: planted("key") }],
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  const headers = { "x-goog-api-key": KEY };
  for (
    const [verb, target, request] of [
      ["PUT", "/v1beta/unknown?key=secret", "PUT /v1beta/unknown"],
      ["GET", `/v1beta/unknown/${KEY}`, "GET /v1beta/unknown/***"],
      ["GET", "/v1beta/unknown%3Fkey=secret", "GET /v1beta/unknown"],
      ["DELETE", "/", "DELETE /"],
    ] as const
  ) {
    const before = gateway.calls.length;
    const response = await fetch(gateway.url + target, { method: verb, headers });
    assert.equal(response.status, 404);
    await response.body?.cancel();
    await gateway.waitForCall(() => gateway.calls.length > before);
    assert.deepEqual([gateway.calls[before]?.method, gateway.calls[before]?.request], [
      "",
      request,
    ]);
  }
  const refused = await call(gateway.url);
  assert.equal(refused.status, 401);
  await refused.body?.cancel();
  const record = await gateway.waitForCall(({ status }) => status === 401);
  assert.equal(record.request, "POST /v1beta/models/gemini-2.5-flash:generateContent");
  const good = await call(gateway.url, { headers });
  await good.body?.cancel();
  const served = await gateway.waitForCall(({ status }) => status === 200);
  assert.deepEqual([served.method, served.request], ["generateContent", ""]);
});
