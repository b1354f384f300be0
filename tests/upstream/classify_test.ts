/** What Google's own errors mean for an account: whose fault, and how long to wait. @module */
import assert from "node:assert/strict";
import { rpcErrorFromBody } from "../../src/gemini/error_body.ts";
import { classify } from "../../src/upstream/classify.ts";
import type { FaultScope } from "../../src/upstream/upstream_fault.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0);
const RPC = "type.googleapis.com/google.rpc.";

interface Sample {
  readonly http: number;
  readonly status?: string;
  readonly message: string;
  readonly details?: readonly unknown[];
  readonly scope: FaultScope;
  readonly delayMs?: number;
}

function errorInfo(reason: string, metadata: Record<string, string> = {}): unknown {
  return { "@type": `${RPC}ErrorInfo`, reason, domain: "cloudcode-pa.googleapis.com", metadata };
}

function retryInfo(retryDelay: string): unknown {
  return { "@type": `${RPC}RetryInfo`, retryDelay };
}

const HELP = {
  "@type": `${RPC}Help`,
  links: [{ description: "Learn more", url: "https://a.example" }],
};

const SAMPLES: Readonly<Record<string, Sample>> = {
  "401 of an access token that expired": {
    http: 401,
    status: "UNAUTHENTICATED",
    message: "Request had invalid authentication credentials. Expected OAuth 2 access token, …",
    details: [errorInfo("ACCESS_TOKEN_EXPIRED")],
    scope: "account",
  },
  "401 of a key of a kind that is taken no longer": {
    http: 401,
    status: "UNAUTHENTICATED",
    message: "Request had invalid authentication credentials.",
    details: [errorInfo("ACCESS_TOKEN_TYPE_UNSUPPORTED")],
    scope: "account",
  },
  "400 of an API key that is not valid": {
    http: 400,
    status: "INVALID_ARGUMENT",
    message: "API key not valid. Please pass a valid API key.",
    details: [
      { "@type": `${RPC}LocalizedMessage`, locale: "en-US", message: "API key not valid." },
      errorInfo("API_KEY_INVALID"),
    ],
    scope: "account",
  },
  "400 of a place that is not served": {
    http: 400,
    status: "FAILED_PRECONDITION",
    message: "User location is not supported for the API use.",
    scope: "account",
  },
  "402": { http: 402, message: "Payment required", scope: "account" },
  "403 of a missing key": {
    http: 403,
    status: "PERMISSION_DENIED",
    message: "Method doesn't allow unregistered callers (callers without established identity).",
    scope: "account",
  },
  "403 SERVICE_DISABLED": {
    http: 403,
    status: "PERMISSION_DENIED",
    message: "Gemini for Google Cloud API has not been used in project X before or it is disabled.",
    details: [errorInfo("SERVICE_DISABLED", { service: "cloudaicompanion.googleapis.com" }), HELP],
    scope: "account",
  },
  "403 CONSUMER_INVALID": {
    http: 403,
    status: "PERMISSION_DENIED",
    message: "Permission denied on resource project default.",
    details: [errorInfo("CONSUMER_INVALID")],
    scope: "account",
  },
  "403 of a user without a subscription": {
    http: 403,
    status: "PERMISSION_DENIED",
    message: "You must be a named user on your organization's Gemini Code Assist subscription",
    scope: "account",
  },
  "403 VALIDATION_REQUIRED": {
    http: 403,
    status: "PERMISSION_DENIED",
    message: "Verify your account to continue.",
    details: [HELP, errorInfo("VALIDATION_REQUIRED", { validation_link: "https://a.example" })],
    scope: "account",
  },
  "403 of the Gemini API for an unknown reason": {
    http: 403,
    status: "PERMISSION_DENIED",
    message: "The caller does not have permission",
    scope: "account",
  },
  "404 of the Gemini API": {
    http: 404,
    status: "NOT_FOUND",
    message:
      "models/X is not found for API version v1beta, or is not supported for generateContent.",
    scope: "model",
  },
  "404 of Code Assist": {
    http: 404,
    status: "NOT_FOUND",
    message: "Requested entity was not found.",
    scope: "model",
  },
  "429 of Code Assist, with every kind of delay": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message:
      "You have exhausted your capacity on this model. Your quota will reset after 19h14m47s.",
    details: [
      errorInfo("RATE_LIMIT_EXCEEDED", {
        quotaResetDelay: "539.477544ms",
        quotaResetTimeStamp: "2026-11-23T07:14:47Z",
      }),
      retryInfo("0.600s"),
    ],
    scope: "account-model",
    delayMs: 600,
  },
  "429 QUOTA_EXHAUSTED without RetryInfo": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message:
      "You have exhausted your capacity on this model. Your quota will reset after 19h14m47s.",
    details: [errorInfo("QUOTA_EXHAUSTED", { quotaResetDelay: "33740.910400305s" })],
    scope: "account-model",
    delayMs: 33_740_911,
  },
  "429 QUOTA_EXHAUSTED with a time stamp": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "You have exhausted your capacity on this model.",
    details: [errorInfo("QUOTA_EXHAUSTED", { quotaResetTimeStamp: "2026-11-22T12:00:05Z" })],
    scope: "account-model",
    delayMs: 5_000,
  },
  "429 with words alone": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message:
      "You have exhausted your capacity on this model. Your quota will reset after 19h14m47s.",
    scope: "account-model",
    delayMs: 69_287_000,
  },
  "429 of capacity, with RetryInfo": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "No capacity available for model X on the server",
    details: [errorInfo("MODEL_CAPACITY_EXHAUSTED", { model: "X" }), retryInfo("9s")],
    scope: "account-model",
    delayMs: 9_000,
  },
  "429 of capacity, bare": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "No capacity available for model X on the server",
    details: [errorInfo("MODEL_CAPACITY_EXHAUSTED", { model: "X" })],
    scope: "account-model",
  },
  "429 bare": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "Resource has been exhausted (e.g. check quota).",
    scope: "account-model",
  },
  "429 of an API key": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota, please check your plan and billing details. \n" +
      "* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_" +
      "requests, limit: 5, model: X\nPlease retry in 56.185908122s.",
    details: [
      {
        "@type": `${RPC}QuotaFailure`,
        violations: [{ quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier" }],
      },
      HELP,
      retryInfo("56s"),
    ],
    scope: "account-model",
    delayMs: 56_000,
  },
  "429 of an API key, words alone": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota.\nPlease retry in 56.185908122s.",
    scope: "account-model",
    delayMs: 56_186,
  },
  "429 of credits": {
    http: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "Insufficient credits",
    details: [errorInfo("INSUFFICIENT_G1_CREDITS_BALANCE")],
    scope: "account-model",
  },
  "408": { http: 408, message: "Request timeout", scope: "passing" },
  "499": {
    http: 499,
    status: "CANCELLED",
    message: "The operation was cancelled.",
    scope: "passing",
  },
  "500": {
    http: 500,
    status: "INTERNAL",
    message: "Internal error encountered.",
    scope: "passing",
  },
  "503": {
    http: 503,
    status: "UNAVAILABLE",
    message: "The model is overloaded. Please try again later.",
    scope: "passing",
  },
  "503 of capacity, with RetryInfo": {
    http: 503,
    status: "UNAVAILABLE",
    message: "No capacity available for model X on the server",
    details: [errorInfo("MODEL_CAPACITY_EXHAUSTED"), retryInfo("40s")],
    scope: "passing",
    delayMs: 40_000,
  },
  "504": {
    http: 504,
    status: "DEADLINE_EXCEEDED",
    message: "Deadline expired before operation could complete.",
    scope: "passing",
  },
  "529": { http: 529, message: "Overloaded", scope: "passing" },
  "400 of too many tokens": {
    http: 400,
    status: "INVALID_ARGUMENT",
    message:
      "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).",
    scope: "request",
  },
  "400 of a missing thought signature": {
    http: 400,
    status: "INVALID_ARGUMENT",
    message: "Function call is missing a thought_signature in functionCall parts.",
    scope: "request",
  },
  "400 of an unknown field": {
    http: 400,
    status: "INVALID_ARGUMENT",
    message: "Invalid JSON payload received. Unknown name \"$schema\" at 'request.tools[0]'",
    details: [{ "@type": `${RPC}BadRequest`, fieldViolations: [{ field: "request.tools[0]" }] }],
    scope: "request",
  },
  "400 without any detail": {
    http: 400,
    status: "INVALID_ARGUMENT",
    message: "Request contains an invalid argument.",
    scope: "request",
  },
  "400 FAILED_PRECONDITION that is not about the place": {
    http: 400,
    status: "FAILED_PRECONDITION",
    message: "Precondition check failed.",
    scope: "request",
  },
  "409": { http: 409, status: "ABORTED", message: "Conflict", scope: "request" },
  "413": { http: 413, message: "Request payload size exceeds the limit", scope: "request" },
};

for (const [what, sample] of Object.entries(SAMPLES)) {
  const { http, status, message, details, scope, delayMs } = sample;
  Deno.test(`classify() makes of ${what}: ${scope}, ${delayMs ?? "no"} delay`, () => {
    const body = { error: { code: http, message, status, details } };
    for (const text of [JSON.stringify(body), `[${JSON.stringify(body, null, 2)}\n]`]) {
      const error = rpcErrorFromBody(http, text);
      const fault = classify(error, { nowMs: NOW_MS });
      assert.equal(fault.scope, scope);
      assert.equal(fault.delayMs, delayMs);
      assert.equal(fault.rpc, error);
      assert.equal(fault.message, message);
      assert.equal(fault.rpc.code, http);
      if (status !== undefined) assert.equal(fault.rpc.status, status);
      assert.deepEqual(fault.rpc.details, details ?? []);
    }
  });
}

Deno.test("classify() believes Retry-After only where the body says nothing", () => {
  const bare = rpcErrorFromBody(503, "");
  assert.equal(classify(bare, { nowMs: NOW_MS, retryAfterHeader: "7" }).delayMs, 7_000);
  assert.equal(classify(bare, { nowMs: NOW_MS, retryAfterHeader: undefined }).delayMs, undefined);
  const told = rpcErrorFromBody(
    429,
    JSON.stringify({ error: { code: 429, message: "", details: [retryInfo("2s")] } }),
  );
  assert.equal(classify(told, { nowMs: NOW_MS, retryAfterHeader: "7" }).delayMs, 2_000);
});

Deno.test("classify() reads an answer that is no Google error by its HTTP status", () => {
  const scopes: Readonly<Record<number, FaultScope>> = {
    302: "passing",
    400: "request",
    401: "account",
    403: "account",
    404: "model",
    429: "account-model",
    502: "passing",
    529: "passing",
  };
  for (const [http, scope] of Object.entries(scopes)) {
    const error = rpcErrorFromBody(Number(http), "<html>Bad</html>");
    assert.equal(classify(error, { nowMs: NOW_MS }).scope, scope, http);
  }
});
