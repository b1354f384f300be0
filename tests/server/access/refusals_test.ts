/** What clients are told of accounts that are refused, and of things that nobody has. @module */
import assert from "node:assert/strict";
import { FakeClock } from "../../support/fake_clock.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { call, errorOf, type RpcErrorBody, textOf } from "../../support/gemini_call.ts";
import { RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";

const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

/** An error as upstream sends it. */
function refusal(error: RpcErrorBody): Response {
  return Response.json({ error }, { status: error.code });
}

function accountsAt(url: string, names: readonly string[]) {
  return names.map((name) => ({ name, baseUrls: [url], key: name }));
}

function keyOf(request: Request): string {
  return request.headers.get("x-goog-api-key") ?? "";
}

/** Refusals that only their user can mend. */
const REFUSALS: readonly RpcErrorBody[] = [
  { code: 403, message: "The caller does not have permission", status: "PERMISSION_DENIED" },
  {
    code: 400,
    message: "API key not valid. Please pass a valid API key.",
    status: "INVALID_ARGUMENT",
    details: [{ "@type": ERROR_INFO, reason: "API_KEY_INVALID", domain: "googleapis.com" }],
  },
  {
    code: 400,
    message: "User location is not supported for the API use.",
    status: "FAILED_PRECONDITION",
  },
  { code: 401, message: "Request had invalid credentials.", status: "UNAUTHENTICATED" },
  {
    code: 403,
    message: "Come back later",
    status: "PERMISSION_DENIED",
    details: [{ "@type": RETRY_INFO, retryDelay: "30s" }],
  },
];

Deno.test("A refusal comes back as itself, at once and without a time to come back, while the account rests", async () => {
  for (const error of REFUSALS) {
    await using upstream = startTestUpstream(() => refusal(error));
    await using gateway = await startTestGateway({ accounts: accountsAt(upstream.url, ["one"]) });
    const first = await errorOf(await call(gateway.url));
    assert.deepEqual([first.code, first.message], [error.code, error.message]);
    for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
      for (const text of ["The same", "Another conversation"]) {
        const response = await call(gateway.url, { method, text });
        assert.equal(response.headers.get("retry-after"), null);
        const { code, status, message, details = [] } = await errorOf(response);
        assert.deepEqual({ code, status, message }, {
          code: error.code,
          status: error.status,
          message: error.message,
        });
        assert.deepEqual(
          details,
          (error.details ?? []).filter((detail) => detail["@type"] !== RETRY_INFO),
        );
      }
    }
    // The account rests all the same.
    assert.equal(upstream.seen.length, 1);
  }
});

Deno.test("While one account rests for its quota, calls are told when it is back, and not of who is refused", async () => {
  await using upstream = startTestUpstream((request) =>
    keyOf(request) === "spent"
      ? refusal({
        code: 429,
        message: "You exceeded your current quota",
        status: "RESOURCE_EXHAUSTED",
        details: [{ "@type": RETRY_INFO, retryDelay: "3600s" }],
      })
      : refusal(REFUSALS[0] ?? assert.fail())
  );
  await using gateway = await startTestGateway({
    accounts: accountsAt(upstream.url, ["refused", "spent", "refused-too"]),
    clock: new FakeClock(),
  });
  for (let turn = 0; turn < 3; turn++) {
    const response = await call(gateway.url, { text: `Call ${turn}` });
    if (turn > 0) assert.equal(response.headers.get("retry-after"), "3600");
    const { code, message, details = [] } = await errorOf(response);
    assert.equal(code, 429);
    assert.match(message, /You exceeded your current quota$/);
    assert.deepEqual(details, [{ "@type": RETRY_INFO, retryDelay: "3600s" }]);
  }
  assert.equal(upstream.seen.length, 3);
});

/** Refusals of what the request names; the last is of the model's own name. */
const NAMED: readonly RpcErrorBody[] = [
  {
    code: 403,
    message: "You do not have permission to access the File abc or it may not exist.",
    status: "PERMISSION_DENIED",
  },
  {
    code: 403,
    message: "CachedContent not found (or permission denied)",
    status: "PERMISSION_DENIED",
  },
  { code: 404, message: "Not found: cached content metadata for 1.", status: "NOT_FOUND" },
  {
    code: 404,
    message: "models/made-up is not found for API version v1beta, or is not supported.",
    status: "NOT_FOUND",
  },
];

Deno.test("What the request names and nobody has rests no account, and is asked of two accounts at most", async () => {
  for (const [index, error] of NAMED.entries()) {
    const isModel = index === NAMED.length - 1;
    await using upstream = startTestUpstream((request, index) => {
      const isBad = isModel
        ? request.url.includes("made-up")
        : upstream.seen[index]?.body.includes("files/abc");
      return isBad ? refusal(error) : Response.json(RESPONSE);
    });
    await using gateway = await startTestGateway({
      accounts: accountsAt(upstream.url, ["one", "two", "three"]),
    });
    const bad = { text: "files/abc", ...(isModel ? { model: "made-up" } : {}) };
    for (let turn = 1; turn <= 4; turn++) {
      const response = await call(gateway.url, bad);
      assert.equal(response.headers.get("x-pollux-attempts"), "2", error.message);
      assert.equal(response.headers.get("retry-after"), null);
      const { code, message } = await errorOf(response);
      assert.deepEqual([code, message], [error.code, error.message]);
    }
    const names = new Set<string | null>();
    for (let turn = 0; turn < 3; turn++) {
      const response = await call(gateway.url, { text: `Good ${turn}` });
      await textOf(response);
      names.add(response.headers.get("x-pollux-account"));
      assert.equal(response.headers.get("x-pollux-attempts"), "1");
    }
    assert.equal(names.size, 3);
    const rests = gateway.gateway.snapshot().filter(({ state }) => state !== "available");
    assert.deepEqual(rests, []);
  }
});

Deno.test("A file that one account does not have is found at another", async () => {
  await using upstream = startTestUpstream((request) =>
    keyOf(request) === "two" ? Response.json(RESPONSE) : refusal(NAMED[0] ?? assert.fail())
  );
  await using gateway = await startTestGateway({
    accounts: accountsAt(upstream.url, ["one", "two"]),
  });
  for (let turn = 0; turn < 4; turn++) {
    const response = await call(gateway.url, { text: `Call ${turn}` });
    assert.equal(response.headers.get("x-pollux-account"), "two");
    await textOf(response);
  }
});
