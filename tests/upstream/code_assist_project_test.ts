/** Which project an account has, and what is said when it has none. @module */
import assert from "node:assert/strict";
import { projectOf } from "../../src/upstream/code_assist_project.ts";
import { UpstreamFault } from "../../src/upstream/upstream_fault.ts";

function refusal(loaded: unknown): UpstreamFault {
  try {
    projectOf(loaded);
  } catch (error) {
    assert.ok(error instanceof UpstreamFault);
    assert.equal(error.scope, "account");
    return error;
  }
  throw new assert.AssertionError({ message: "There is a project" });
}

Deno.test("projectOf() reads a project that is a string or an object", () => {
  const currentTier = { id: "standard-tier" };
  assert.equal(projectOf({ currentTier, cloudaicompanionProject: "managed-1" }), "managed-1");
  assert.equal(projectOf({ cloudaicompanionProject: { id: "managed-2", name: "x" } }), "managed-2");
});

Deno.test("projectOf() takes the project even where another tier is not for the account", () => {
  const ineligibleTiers = [{ reasonMessage: "Not for you" }];
  assert.equal(projectOf({ cloudaicompanionProject: "p", ineligibleTiers }), "p");
});

Deno.test("projectOf() repeats word for word why an account is not eligible", () => {
  const words = "This client is no longer supported for Gemini Code Assist for individuals. To " +
    "continue using Gemini, please migrate to the Antigravity suite of products: " +
    "https://antigravity.google";
  const { rpc } = refusal({
    ineligibleTiers: [
      { reasonCode: "UNSUPPORTED_CLIENT", reasonMessage: words, tierId: "free-tier" },
      { reasonCode: "TOMORROWS_REASON" },
      { reasonCode: "RESTRICTED_AGE", reasonMessage: "Too young." },
      null,
    ],
  });
  assert.equal(rpc.message, `${words} Too young.`);
  assert.equal(rpc.status, "PERMISSION_DENIED");
  assert.equal(rpc.code, 403);
});

Deno.test("projectOf() says what to do when there is neither a project nor a reason", () => {
  const answers = [
    {},
    { cloudaicompanionProject: "" },
    { cloudaicompanionProject: null },
    { cloudaicompanionProject: { name: "x" } },
    { currentTier: {}, ineligibleTiers: [] },
    { ineligibleTiers: "none" },
    null,
    [],
  ];
  for (const answer of answers) {
    const { rpc } = refusal(answer);
    assert.equal(rpc.status, "FAILED_PRECONDITION");
    assert.match(rpc.message, /^Code Assist names no project .* with --project /);
  }
});
