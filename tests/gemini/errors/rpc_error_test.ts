/** The shape of every error that leaves Pollux. @module */
import assert from "node:assert/strict";
import { retryInfo, RpcError, statusOfHttp } from "../../../src/gemini/errors/rpc_error.ts";

const HELP = { "@type": "type.googleapis.com/google.rpc.Help", links: [] };

/** google/rpc/code.proto. */
const CODES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  UNKNOWN: 500,
  INTERNAL: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

Deno.test("RpcError has the HTTP status that its google.rpc code stands for", () => {
  for (const [status, code] of Object.entries(CODES)) {
    assert.equal(new RpcError(status, "x").code, code, status);
  }
});

Deno.test("RpcError takes a code of its own, and 500 for a status that nobody knows", () => {
  assert.equal(new RpcError("INVALID_ARGUMENT", "x", { code: 413 }).code, 413);
  for (const status of ["TOMORROWS_STATUS", "", "constructor", "toString", "__proto__"]) {
    assert.equal(new RpcError(status, "x").code, 500, status);
  }
});

Deno.test("toJSON() gives Google's envelope, code and message first", () => {
  const text = JSON.stringify(new RpcError("NOT_FOUND", "No such model"));
  assert.equal(text, '{"error":{"code":404,"message":"No such model","status":"NOT_FOUND"}}');
  const detailed = new RpcError("NOT_FOUND", "x", { details: [HELP] });
  assert.deepEqual(detailed.toJSON().error["details"], [HELP]);
});

Deno.test("RpcError tells when to come back, unless its details do", () => {
  const error = new RpcError("RESOURCE_EXHAUSTED", "x", { retryAfterMs: 1500, details: [HELP] });
  assert.equal(error.retryAfterMs, 1500);
  assert.deepEqual(error.details, [HELP, {
    "@type": "type.googleapis.com/google.rpc.RetryInfo",
    retryDelay: "1.5s",
  }]);
  const own = { ...retryInfo(0), retryDelay: "9s" };
  const told = new RpcError("UNAVAILABLE", "x", { retryAfterMs: 1500, details: [own] });
  assert.deepEqual(told.details, [own]);
  assert.deepEqual(new RpcError("UNAVAILABLE", "x").details, []);
});

Deno.test("RpcError keeps its cause and shows it to nobody", () => {
  const cause = new Error("inner");
  const error = new RpcError("INTERNAL", "x", { cause });
  assert.equal(error.cause, cause);
  assert.doesNotMatch(JSON.stringify(error), /inner/);
  assert.ok(!("cause" in new RpcError("INTERNAL", "x")));
});

Deno.test("statusOfHttp() names a google.rpc code for every HTTP error", () => {
  const names: Readonly<Record<number, string>> = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    418: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
    507: "INTERNAL",
    529: "UNAVAILABLE",
  };
  for (const [code, name] of Object.entries(names)) {
    assert.equal(statusOfHttp(Number(code)), name, code);
  }
});

Deno.test("retryInfo() writes seconds as protobuf does", () => {
  const delays: Readonly<Record<number, string>> = { 0: "0s", 1: "0.001s", 540: "0.54s" };
  for (const [ms, delay] of Object.entries({ ...delays, 69_287_000: "69287s" })) {
    assert.equal(retryInfo(Number(ms))["retryDelay"], delay);
  }
});
