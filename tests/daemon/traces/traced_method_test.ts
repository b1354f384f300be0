import assert from "node:assert/strict";
import { tracedMethod } from "../../../src/daemon/traces/traced_method.ts";

const ROUTES = {
  "generateContent": "/v1beta/models/{model}:generateContent",
  "healthz": "/healthz",
  "root": "/",
  "metrics": "/metrics",
  "ui": "/ui/*",
  "ui.session": "/ui/session",
  "admin.status": "/admin/status",
  "admin.v1": "/admin/v1/*",
  "admin.v1.ui-codes": "/admin/v1/*",
  "admin.v1.accounts.add": "/admin/v1/*",
} as const;

for (const [name, route] of Object.entries(ROUTES)) {
  Deno.test(`The route of ${name} in a span is a path that is served`, () => {
    assert.equal(tracedMethod(name).route, route);
  });
}

Deno.test("A request that was refused before its path was known has no route in a span", () => {
  assert.equal(tracedMethod("").route, undefined);
  assert.equal(tracedMethod("preflight").route, undefined);
});
