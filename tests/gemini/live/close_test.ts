/** Close codes and the errors that they stand for. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { closeOfError, errorOfClose, sendable } from "../../../src/gemini/live/close.ts";
import { classify } from "../../../src/upstream/faults/classify.ts";

Deno.test("errorOfClose() gives what Google's codes and reasons mean for the account", () => {
  const cases = [
    [1007, "Request contains an invalid argument.", "INVALID_ARGUMENT", "request"],
    [1007, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", "account"],
    [1007, "API key expired. Please renew the API key.", "INVALID_ARGUMENT", "account"],
    [
      1007,
      "User location is not supported for the API use.",
      "FAILED_PRECONDITION",
      "account",
    ],
    [1008, "models/x is not found for API version v1beta, or is not", "NOT_FOUND", "model"],
    [1008, "Requested entity was not found.", "NOT_FOUND", "model"],
    [
      1008,
      "Operation is not implemented, or supported, or enabled",
      "FAILED_PRECONDITION",
      "request",
    ],
    [1008, "Your API key was reported as leaked.", "PERMISSION_DENIED", "account"],
    [
      1011,
      "You exceeded your current quota, please check your plan",
      "RESOURCE_EXHAUSTED",
      "account-model",
    ],
    [1011, "Internal error encountered.", "UNAVAILABLE", "transient"],
    [1011, "Deadline expired before operation could complete.", "UNAVAILABLE", "transient"],
    [1000, "", "UNAVAILABLE", "transient"],
    [1006, "", "UNAVAILABLE", "transient"],
  ] as const;
  for (const [code, reason, status, scope] of cases) {
    const error = errorOfClose({ code, reason });
    assert.equal(error.status, status, reason);
    assert.equal(classify(error, { nowMs: 0 }).scope, scope, reason);
    if (code !== 1006 && reason !== "") assert.deepEqual(closeOfError(error), { code, reason });
  }
});

Deno.test("closeOfError() gives Google's code for errors of Pollux's own", () => {
  const cases = [
    ["INVALID_ARGUMENT", 1007],
    ["FAILED_PRECONDITION", 1007],
    ["UNAUTHENTICATED", 1008],
    ["PERMISSION_DENIED", 1008],
    ["NOT_FOUND", 1008],
    ["RESOURCE_EXHAUSTED", 1011],
    ["INTERNAL", 1011],
    ["UNAVAILABLE", 1011],
    ["DEADLINE_EXCEEDED", 1011],
  ] as const;
  for (const [status, code] of cases) {
    assert.deepEqual(closeOfError(new RpcError(status, "why")), { code, reason: "why" });
  }
});

Deno.test("sendable() replaces codes that may not be sent, and cuts long reasons between characters", () => {
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, NaN]) {
    assert.equal(sendable({ code, reason: "" }).code, 1011, String(code));
  }
  for (const code of [1000, 1001, 1003, 1007, 1014, 3000, 4999]) {
    assert.equal(sendable({ code, reason: "" }).code, code);
  }
  for (const text of ["x".repeat(123), "ü".repeat(61)]) {
    assert.equal(sendable({ code: 1000, reason: text }).reason, text);
  }
  assert.equal(sendable({ code: 1000, reason: "x".repeat(124) }).reason, "x".repeat(123));
  assert.equal(sendable({ code: 1000, reason: "ü".repeat(62) }).reason, "ü".repeat(61));
  assert.equal(sendable({ code: 1000, reason: "😀".repeat(31) }).reason, "😀".repeat(30));
});
