import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf, said, textOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";

const METHODS = ["generateContent", "streamGenerateContent", "countTokens"] as const;
const JSON_TYPE = { "content-type": "application/json; charset=UTF-8" };

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Every answer of a ${kind} account names the request, account, model and attempts`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { "my account": kind } });
    const ids = new Set<string | null>();
    for (const method of METHODS) {
      const answer = await call(gateway.url, { method });
      await answer.text();
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("x-pollux-account"), "my account");
      assert.equal(answer.headers.get("x-pollux-model"), "gemini-2.5-flash");
      assert.equal(answer.headers.get("x-pollux-attempts"), "1");
      ids.add(answer.headers.get("x-request-id"));
    }
    assert.equal(ids.size, METHODS.length);
    assert.deepEqual(gateway.calls.map(({ requestId }) => requestId), [...ids]);
  });

  Deno.test(`A whole answer of a ${kind} account comes out of its envelope`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    gateway.emulator.script("one", [{ type: "ok", text: "Grüße, 🌍!" }]);
    const answer = await call(gateway.url);
    assert.equal(answer.headers.get("content-type"), "application/json; charset=UTF-8");
    const body = await answer.json();
    assert.equal(body.response, undefined);
    assert.equal(body.candidates[0].content.parts[0].text, "Grüße, 🌍!");
    const [record] = gateway.calls;
    assert.equal(record?.status, 200);
    assert.equal(record?.failure, "");
    assert.equal(record?.usage?.total, body.usageMetadata.totalTokenCount);
    const count = await (await call(gateway.url, { method: "countTokens" })).json();
    assert.ok(count.totalTokens > 0);
  });
}

Deno.test("A whole answer reaches the client byte for byte, with nothing of upstream's headers", async () => {
  const bytes = '{ "candidates" : [],\t"n": 12345678901234567890, "new\\u0046ield": 1e400 }\n\n';
  await using upstream = startTestUpstream(() =>
    new Response(bytes, { headers: { ...JSON_TYPE, "set-cookie": "a=b", "server": "upstream" } })
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  const answer = await call(gateway.url);
  assert.equal(await answer.text(), bytes);
  assert.equal(answer.headers.get("set-cookie"), null);
  assert.equal(answer.headers.get("server"), null);
});

Deno.test("A response that upstream compressed reaches the client readable", async () => {
  await using upstream = startTestUpstream(() => {
    const text = new Blob([JSON.stringify(RESPONSE)]).stream();
    return new Response(text.pipeThrough(new CompressionStream("gzip")), {
      headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    });
  });
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  const answer = await call(gateway.url);
  assert.equal(answer.headers.get("content-encoding"), null);
  assert.equal(await textOf(answer), "Made up.");
});

Deno.test("A model's name that no header can hold is encoded there", async () => {
  await using upstream = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  const answer = await call(gateway.url, { model: "%C3%A9%20x" });
  await answer.body?.cancel();
  assert.equal(answer.headers.get("x-pollux-model"), "%C3%A9%20x");
});

const ERRORS:
  readonly (readonly [outcome: Outcome, code: number, status: string, detail: string])[] = [
    ["403-disabled", 403, "PERMISSION_DENIED", "google.rpc.ErrorInfo"],
    ["403-validation", 403, "PERMISSION_DENIED", "google.rpc.Help"],
    [{ type: "429-long", hours: 2 }, 429, "RESOURCE_EXHAUSTED", "google.rpc.RetryInfo"],
    [{ type: "429-daily" }, 429, "RESOURCE_EXHAUSTED", "google.rpc.QuotaFailure"],
    [{ type: "403-disabled", body: "array" }, 403, "PERMISSION_DENIED", "google.rpc.Help"],
    [{ type: "429-daily", body: "event-stream" }, 429, "RESOURCE_EXHAUSTED", "QuotaFailure"],
  ];

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Errors of a ${kind} account are bare objects that keep upstream's details`, async (t) => {
    for (const [outcome, code, status, detail] of ERRORS) {
      for (const method of METHODS) {
        await t.step(`${method}: ${JSON.stringify(outcome)}`, async () => {
          await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
          gateway.emulator.always("one", outcome);
          const answer = await call(gateway.url, { method });
          const error = await errorOf(answer);
          assert.deepEqual([error.code, error.status], [code, status]);
          const types = error.details?.map((entry) => entry["@type"]) ?? [];
          assert.ok(types.some((type) => type.endsWith(detail)), JSON.stringify(types));
          assert.equal(answer.headers.get("x-pollux-account"), "one");
          assert.match(answer.headers.get("x-request-id") ?? "", /./);
          assert.equal(gateway.calls.at(-1)?.failure, error.message);
        });
      }
    }
  });
}

Deno.test("Upstream's words about a bad request reach the client whole", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { one: "gemini-api" } });
  const body = JSON.stringify({ ...said("Hi"), nonsense: 1 });
  const answer = await call(gateway.url, { body });
  const error = await errorOf(answer);
  assert.deepEqual([error.code, error.status], [400, "INVALID_ARGUMENT"]);
  assert.match(error.message, /Unknown name "nonsense"/);
  assert.match(error.details?.[0]?.["@type"] ?? "", /BadRequest$/);
  assert.equal(answer.headers.get("x-pollux-attempts"), "1");
});

Deno.test("A page that stands in for an error is not shown", async () => {
  await using gateway = await startEmulatedGateway();
  gateway.emulator.always("one", "html-502");
  const error = await errorOf(await call(gateway.url));
  assert.deepEqual([error.code, error.status], [502, "UNAVAILABLE"]);
  assert.doesNotMatch(error.message, /</);
});

Deno.test("Without an account every model route says 400 and names the command", async () => {
  await using gateway = await startTestGateway({ accounts: [] });
  const responses = [
    ...await Promise.all(METHODS.map((method) => call(gateway.url, { method }))),
    await fetch(`${gateway.url}/v1beta/models`),
    await fetch(`${gateway.url}/v1beta/models/gemini-2.5-pro`),
  ];
  for (const answer of responses) {
    const error = await errorOf(answer);
    assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"]);
    assert.match(error.message, /pollux accounts add gemini-api NAME/);
    assert.equal(answer.headers.get("x-pollux-account"), null);
  }
});

Deno.test("Where every account is disabled, every model route says how many, and names the command", async () => {
  const one = {
    name: "one",
    key: "planted-key",
    baseUrls: ["http://127.0.0.1:1"],
    settings: { enabled: false },
  };
  await using gateway = await startTestGateway({ accounts: [one] });
  const messages: string[] = [];
  for (const accounts of [[one], [one, { ...one, name: "two" }]]) {
    await gateway.setAccounts(accounts);
    for (const answer of [await call(gateway.url), await fetch(`${gateway.url}/v1beta/models`)]) {
      const error = await errorOf(answer);
      assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"]);
      assert.match(error.message, /pollux accounts enable NAME/);
      messages.push(error.message.split(". ")[0] ?? "");
    }
  }
  assert.deepEqual(messages, [
    "No account is in use: 1 is disabled",
    "No account is in use: 1 is disabled",
    "No account is in use: 2 are disabled",
    "No account is in use: 2 are disabled",
  ]);
});
