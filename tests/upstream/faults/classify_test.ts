/** What upstreams' errors mean for an account: whose fault, which quota, and how long to wait. @module */
import assert from "node:assert/strict";
import { isJsonObject } from "../../../src/base/json.ts";
import { rpcErrorFromBody } from "../../../src/gemini/errors/error_body.ts";
import { classify } from "../../../src/upstream/faults/classify.ts";
import type { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import {
  bodyOf,
  ERROR_FIXTURES,
  type ErrorFixture,
  FIXTURE_TIME_MS,
} from "../../support/error_fixtures.ts";

function faultOf(fixture: ErrorFixture, body = bodyOf(fixture)): UpstreamFault {
  return classify(rpcErrorFromBody(fixture.http, body), {
    nowMs: FIXTURE_TIME_MS,
    retryAfterHeader: fixture.headers?.["retry-after"],
  });
}

/** What a fault says of the account. */
function said({ owner, scope, delayMs, quota }: UpstreamFault): Record<string, unknown> {
  return {
    owner,
    scope,
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(quota === undefined ? {} : { quota }),
  };
}

for (const fixture of ERROR_FIXTURES) {
  const { scope, delayMs = "no", quota = "no" } = fixture.fault;
  Deno.test(`classify() makes of ${fixture.what}: ${scope}, ${delayMs} delay, ${quota} quota`, () => {
    assert.deepEqual(said(faultOf(fixture)), fixture.fault);
  });
}

Deno.test("classify() keeps upstream's own code, status, words and details", () => {
  for (const fixture of ERROR_FIXTURES) {
    const { rpc, message } = faultOf(fixture);
    const { body } = fixture;
    if (!isJsonObject(body) || !isJsonObject(body["error"]) || !("status" in body["error"])) {
      continue;
    }
    const own = body["error"];
    if (rpc.code !== own["code"] || fixture.what.startsWith("details of")) continue;
    assert.equal(rpc.status, own["status"], fixture.what);
    assert.equal(message, fixture.message ?? own["message"], fixture.what);
    assert.equal(rpc.message, message, fixture.what);
    assert.deepEqual(rpc.details, own["details"] ?? [], fixture.what);
  }
});

Deno.test("classify() finds the same in details of any order and in an envelope within another", () => {
  for (const fixture of ERROR_FIXTURES) {
    const { body, http } = fixture;
    if (!isJsonObject(body) || !isJsonObject(body["error"])) continue;
    const { error } = body;
    const { details } = error;
    if (Array.isArray(details)) {
      const turned = { error: { ...error, details: details.toReversed() } };
      assert.deepEqual(said(faultOf(fixture, JSON.stringify(turned))), fixture.fault, fixture.what);
    }
    // A body without a code of its own takes the outer one's.
    if (error["code"] !== http) continue;
    const outer = { error: { code: 502, status: "UNAVAILABLE", message: JSON.stringify(body) } };
    assert.deepEqual(said(faultOf(fixture, JSON.stringify(outer))), fixture.fault, fixture.what);
  }
});

Deno.test("classify() shows a link for verification once", () => {
  const link = "https://accounts.google.com/verify";
  const message = `Verify your account at ${link} to continue.`;
  const details = [{
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "VALIDATION_REQUIRED",
    metadata: { validation_url: link },
  }];
  const body = JSON.stringify({ error: { code: 403, message, details } });
  const error = rpcErrorFromBody(403, body);
  assert.equal(classify(error, { nowMs: FIXTURE_TIME_MS }).rpc, error);
});

Deno.test("classify() believes Retry-After only where the body says nothing", () => {
  const retryInfo = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "2s" };
  const body = JSON.stringify({ error: { code: 429, message: "", details: [retryInfo] } });
  const told = rpcErrorFromBody(429, body);
  const context = { nowMs: FIXTURE_TIME_MS, retryAfterHeader: "7" };
  assert.equal(classify(told, context).delayMs, 2_000);
  assert.equal(classify(rpcErrorFromBody(429, ""), context).delayMs, 7_000);
});

Deno.test("classify() goes by the beginning of a message, by its status and by every spelling of a reason", () => {
  const cases: readonly (readonly [
    code: number,
    error: { readonly status: string; readonly message: string; readonly reason?: string },
    scope: UpstreamFault["scope"],
  ])[] = [
    [
      400,
      { status: "INVALID_ARGUMENT", message: "API Key not found. Pass a valid one." },
      "account",
    ],
    [400, { status: "INVALID_ARGUMENT", message: "User location is not supported." }, "request"],
    [403, { status: "PERMISSION_DENIED", message: "", reason: "QUOTA_EXHAUSTED" }, "account-model"],
    [429, { status: "RESOURCE_EXHAUSTED", message: '"No capacity available"' }, "account-model"],
    [429, {
      status: "RESOURCE_EXHAUSTED",
      message: "",
      reason: "MODEL_CAPACITY_EXCEEDED",
    }, "transient"],
  ];
  for (const [code, { reason, ...words }, scope] of cases) {
    const details = reason === undefined
      ? []
      : [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }];
    const body = JSON.stringify({ error: { code, ...words, details } });
    const fault = classify(rpcErrorFromBody(code, body), { nowMs: FIXTURE_TIME_MS });
    assert.equal(fault.scope, scope, body);
  }
});
