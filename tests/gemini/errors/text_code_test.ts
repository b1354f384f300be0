/** Errors whose code is a word. @module */
import assert from "node:assert/strict";
import { rpcErrorFromBody } from "../../../src/gemini/errors/error_body.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { hasTextCodes, withTextCode } from "../../../src/gemini/errors/text_code.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";

Deno.test("withTextCode() has a code for every error", () => {
  const codes: readonly (readonly [string, number | undefined, string])[] = [
    ["INVALID_ARGUMENT", undefined, "invalid_request"],
    ["INVALID_ARGUMENT", 413, "invalid_request"],
    ["FAILED_PRECONDITION", undefined, "failed_precondition"],
    ["UNAUTHENTICATED", undefined, "authentication"],
    ["PERMISSION_DENIED", undefined, "permission_denied"],
    ["NOT_FOUND", undefined, "not_found"],
    ["ABORTED", undefined, "aborted"],
    ["ALREADY_EXISTS", undefined, "already_exists"],
    ["RESOURCE_EXHAUSTED", undefined, "rate_limit_exceeded"],
    ["CANCELLED", undefined, "cancelled"],
    ["INTERNAL", undefined, "api_error"],
    ["UNIMPLEMENTED", undefined, "not_implemented"],
    ["UNAVAILABLE", undefined, "service_unavailable"],
    ["DEADLINE_EXCEEDED", 408, "deadline_exceeded"],
    ["DEADLINE_EXCEEDED", undefined, "deadline_exceeded"],
    ["MADE_UP", 418, "invalid_request"],
    ["MADE_UP", 599, "api_error"],
  ];
  for (const [status, code, expected] of codes) {
    const error = new RpcError(status, "m", code === undefined ? {} : { code });
    assert.deepEqual(withTextCode(error), { error: { code: expected, message: "m" } });
  }
});

Deno.test("An upstream's code is kept, with its HTTP status", () => {
  for (const code of ["quota_exceeded", "a_code_of_tomorrow"]) {
    const body = { error: { code, message: "key planted-secret-key" } };
    const error = rpcErrorFromBody(429, JSON.stringify(body));
    assert.deepEqual([error.code, error.status], [429, "RESOURCE_EXHAUSTED"]);
    assert.deepEqual(withTextCode(error), body);
    const redaction = new Redaction([{ reveal: () => "planted-secret-key" }]);
    assert.deepEqual(withTextCode(redaction.error(error)), { error: { code, message: "key ***" } });
  }
});

Deno.test("hasTextCodes() knows the collections, however the path is written", () => {
  for (
    const path of [
      "/v1/interactions",
      "/v1beta/interactions/abc/cancel",
      "//v1beta//agents/",
      "/interactions",
      "/v1beta/v1beta/webhooks/w:ping",
      "/v1beta/voices%3Falt=json",
      "/upload/v1beta/environments/e/files/a/b",
      "/v1beta1/projects/p/locations/l/interactions/abc",
      "/v1beta/interactions/abc/unknown",
      "/v1beta/%69nteractions/abc",
      "/v1%62eta/agents%2Fa",
      "/v1beta/interactions/%ZZ",
    ]
  ) assert.equal(hasTextCodes(path), true, path);
  for (
    const path of [
      "/",
      "/v1beta/files",
      "/v1beta/models/interactions",
      "/healthz",
      "/v1beta/interactionsx",
    ]
  ) {
    assert.equal(hasTextCodes(path), false, path);
  }
});
