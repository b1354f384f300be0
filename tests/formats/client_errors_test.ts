/** Errors as the clients of other APIs read them. @module */
import assert from "node:assert/strict";
import { anthropicError, anthropicErrorBody } from "../../src/formats/anthropic/anthropic_error.ts";
import { openaiError, openaiErrorBody } from "../../src/formats/openai/openai_error.ts";
import { invalidField } from "../../src/formats/shared/fields/invalid_field.ts";
import { RpcError, type RpcErrorOptions } from "../../src/gemini/errors/rpc_error.ts";

function quota(quotaId: string, quotaValue = "20"): RpcErrorOptions {
  const violations = [{ quotaId, quotaValue }];
  return { details: [{ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations }] };
}

const PER_DAY = quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier");
const PER_MINUTE = quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier");

const OPENAI: readonly (readonly [error: RpcError, type: string, code: string | null])[] = [
  [new RpcError("INVALID_ARGUMENT", "x"), "invalid_request_error", null],
  [new RpcError("FAILED_PRECONDITION", "x"), "invalid_request_error", null],
  [new RpcError("INVALID_ARGUMENT", "x", { code: 413 }), "invalid_request_error", null],
  [new RpcError("UNAUTHENTICATED", "x"), "authentication_error", "invalid_api_key"],
  [new RpcError("PERMISSION_DENIED", "x"), "permission_error", null],
  [
    new RpcError("NOT_FOUND", "models/x is not found"),
    "invalid_request_error",
    "model_not_found",
  ],
  [new RpcError("NOT_FOUND", "File x not found"), "invalid_request_error", null],
  [
    new RpcError("NOT_FOUND", "no model here", { textCode: "unknown_url" }),
    "invalid_request_error",
    "unknown_url",
  ],
  [new RpcError("RESOURCE_EXHAUSTED", "x"), "rate_limit_error", "rate_limit_exceeded"],
  [
    new RpcError("RESOURCE_EXHAUSTED", "x", PER_MINUTE),
    "rate_limit_error",
    "rate_limit_exceeded",
  ],
  [new RpcError("RESOURCE_EXHAUSTED", "x", PER_DAY), "insufficient_quota", "insufficient_quota"],
  [
    new RpcError("RESOURCE_EXHAUSTED", "x", quota("PerMinute", "0")),
    "insufficient_quota",
    "insufficient_quota",
  ],
  // Another account is back in a moment.
  [
    new RpcError("RESOURCE_EXHAUSTED", "x", { ...PER_DAY, retryAfterMs: 5000 }),
    "rate_limit_error",
    "rate_limit_exceeded",
  ],
  [
    new RpcError("RESOURCE_EXHAUSTED", "x", { ...PER_DAY, retryAfterMs: 100_000 }),
    "insufficient_quota",
    "insufficient_quota",
  ],
  [new RpcError("INTERNAL", "x"), "server_error", null],
  [new RpcError("UNAVAILABLE", "x"), "server_error", null],
  [new RpcError("UNKNOWN", "x", { code: 599 }), "server_error", null],
];

Deno.test("openaiError() has OpenAI's types and codes, and the status", () => {
  for (const [error, type, code] of OPENAI) {
    const { status, body } = openaiError(error);
    assert.equal(status, error.code);
    assert.deepEqual(body, { error: { message: error.message, type, param: null, code } });
  }
});

Deno.test("openaiError() names the field that is wrong", () => {
  const { body } = openaiError(invalidField("messages[2].content", "no"));
  assert.deepEqual(body, {
    error: {
      message: "no",
      type: "invalid_request_error",
      param: "messages[2].content",
      code: null,
    },
  });
});

const ANTHROPIC: readonly (readonly [error: RpcError, status: number, type: string])[] = [
  [new RpcError("INVALID_ARGUMENT", "x"), 400, "invalid_request_error"],
  [new RpcError("ABORTED", "x"), 409, "invalid_request_error"],
  [new RpcError("UNAUTHENTICATED", "x"), 401, "authentication_error"],
  [new RpcError("UNKNOWN", "x", { code: 402 }), 402, "billing_error"],
  [new RpcError("PERMISSION_DENIED", "x"), 403, "permission_error"],
  [new RpcError("NOT_FOUND", "x"), 404, "not_found_error"],
  [new RpcError("INVALID_ARGUMENT", "x", { code: 413 }), 413, "request_too_large"],
  [new RpcError("RESOURCE_EXHAUSTED", "x"), 429, "rate_limit_error"],
  [new RpcError("INTERNAL", "x"), 500, "api_error"],
  [new RpcError("UNIMPLEMENTED", "x"), 501, "api_error"],
  [new RpcError("UNAVAILABLE", "x"), 529, "overloaded_error"],
  [new RpcError("DEADLINE_EXCEEDED", "x"), 504, "timeout_error"],
  [new RpcError("DEADLINE_EXCEEDED", "x", { code: 408 }), 408, "timeout_error"],
];

Deno.test("anthropicError() has Anthropic's types, and 529 for 503", () => {
  for (const [error, status, type] of ANTHROPIC) {
    const response = anthropicError(error, "id");
    assert.equal(response.status, status);
    assert.deepEqual(response.body, {
      type: "error",
      error: { type, message: "x" },
      request_id: "id",
    });
  }
});

Deno.test("The event of an error has the same body", () => {
  const error = new RpcError("UNAVAILABLE", "x");
  assert.deepEqual(openaiErrorBody(error), openaiError(error).body);
  assert.deepEqual(anthropicErrorBody(error), {
    type: "error",
    error: { type: "overloaded_error", message: "x" },
  });
});

Deno.test("Anthropic's runners of functions learn that there are no threads", () => {
  const { error } = anthropicErrorBody(invalidField("thread", "x"));
  assert.deepEqual(error.details, {
    error_code: "thread_unsupported_request",
    unsupported: ["thread"],
  });
  assert.equal(anthropicErrorBody(invalidField("system", "x")).error.details, undefined);
});

Deno.test("Clients are told not to retry what lasts", () => {
  const lasting = [
    new RpcError("RESOURCE_EXHAUSTED", "x", PER_DAY),
    new RpcError("RESOURCE_EXHAUSTED", "x", { retryAfterMs: 61_000 }),
    new RpcError("UNIMPLEMENTED", "x"),
  ];
  const transient = [
    new RpcError("RESOURCE_EXHAUSTED", "x", { ...PER_MINUTE, retryAfterMs: 60_000 }),
    new RpcError("RESOURCE_EXHAUSTED", "x"),
    new RpcError("UNAVAILABLE", "x"),
  ];
  for (const error of lasting) {
    assert.deepEqual(openaiError(error).headers, { "x-should-retry": "false" });
    assert.deepEqual(anthropicError(error, "id").headers, { "x-should-retry": "false" });
  }
  for (const error of transient) {
    assert.deepEqual(openaiError(error).headers, {});
    assert.deepEqual(anthropicError(error, "id").headers, {});
  }
});

Deno.test("Details of other types than Google's are no quota", () => {
  const details = [{ "@type": "x", violations: "PerDay", metadata: [1] }];
  const error = new RpcError("RESOURCE_EXHAUSTED", "x", { details });
  assert.deepEqual(openaiError(error).headers, {});
});
