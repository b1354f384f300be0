/** What Google's answers mean for an account's project: the decisions, as a table. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import {
  loadedBehindPerimeter,
  type NeedsOnboarding,
  NotEligible,
  outcomeOfLoad,
  outcomeOfOnboarding,
  type ProjectOutcome,
} from "../../../src/upstream/code_assist/code_assist_project.ts";

/** Google's words of June 2026. */
const UNSUPPORTED = {
  reasonCode: "UNSUPPORTED_CLIENT",
  reasonMessage:
    "This client is no longer supported for Gemini Code Assist for individuals. To continue using " +
    "Gemini, please migrate to the Antigravity suite of products: https://antigravity.google",
  tierId: "free-tier",
  tierName: "Gemini Code Assist for individuals",
};

const TO_VERIFY = {
  reasonCode: "VALIDATION_REQUIRED",
  reasonMessage: "Verify your account to continue.",
  tierId: "free-tier",
  validationErrorMessage: "Your account has to be verified.",
  validationUrl: "https://accounts.google.com/verify?x=1",
  validationUrlLinkText: "Verify now",
  validationLearnMoreUrl: "https://support.google.com/accounts?p=al_alert",
  validationLearnMoreLinkText: "More about this",
};

const FREE = { id: "free-tier", name: "Individuals", isDefault: true };
const STANDARD = { id: "standard-tier", userDefinedCloudaicompanionProject: true };

/** How a standing is written in the tables: the project, the tier, or the refusal's words. */
function inShort(standing: ProjectOutcome | NeedsOnboarding): unknown {
  switch (standing.type) {
    case "project":
      return standing.project;
    case "onboard":
      return { tier: standing.tierId, project: standing.project };
    case "refused":
      assert.ok(standing.refusal instanceof NotEligible);
      assert.equal(standing.refusal.scope, "account");
      return `${standing.refusal.rpc.status}: ${standing.refusal.message}`;
  }
}

const NO_PROJECT =
  "FAILED_PRECONDITION: Code Assist names no project for this account. Add it, or sign in to it, with " +
  "--project and a Google Cloud project in which the Gemini for Google Cloud API is enabled";

const VERIFY_FIRST =
  "PERMISSION_DENIED: Verify your account to continue. Your account has to be verified. " +
  "Verify now: https://accounts.google.com/verify?x=1 " +
  "More about this: https://support.google.com/accounts?p=al_alert";

const REFUSED = `PERMISSION_DENIED: ${UNSUPPORTED.reasonMessage}`;

/** loadCodeAssist's answer, the user's hint, and what they mean. */
const LOADED: Readonly<Record<string, readonly [unknown, string | undefined, unknown]>> = {
  "a tier with a managed project": [
    { currentTier: FREE, cloudaicompanionProject: "managed" },
    undefined,
    "managed",
  ],
  "a project as an object": [
    { currentTier: STANDARD, cloudaicompanionProject: { id: "managed", name: "x" } },
    undefined,
    "managed",
  ],
  "Google's project before the user's": [
    { currentTier: FREE, cloudaicompanionProject: "managed" },
    "mine",
    "managed",
  ],
  "a tier of the future, with the user's project": [
    { currentTier: { id: "tomorrows-tier" } },
    "mine",
    "mine",
  ],
  "a tier without any project": [{ currentTier: STANDARD }, undefined, NO_PROJECT],
  "a tier without any project, and a reason": [
    { currentTier: STANDARD, ineligibleTiers: [UNSUPPORTED] },
    undefined,
    REFUSED,
  ],
  "a tier with a project, and a reason against another tier": [
    { currentTier: STANDARD, cloudaicompanionProject: "p", ineligibleTiers: [UNSUPPORTED] },
    undefined,
    "p",
  ],
  "a tier with a project, and something to verify for another": [
    { currentTier: STANDARD, cloudaicompanionProject: "p", ineligibleTiers: [TO_VERIFY] },
    undefined,
    "p",
  ],
  "no tier, and something to verify": [
    { allowedTiers: [FREE], ineligibleTiers: [UNSUPPORTED, TO_VERIFY] },
    "mine",
    VERIFY_FIRST,
  ],
  "no tier, and something to verify nowhere": [
    { allowedTiers: [FREE], ineligibleTiers: [{ ...TO_VERIFY, validationUrl: "" }] },
    undefined,
    { tier: "free-tier", project: undefined },
  ],
  "no tier, the free one is offered": [
    { allowedTiers: [STANDARD, FREE] },
    undefined,
    { tier: "free-tier", project: undefined },
  ],
  "the free tier is not told the user's project": [
    { allowedTiers: [FREE] },
    "mine",
    { tier: "free-tier", project: undefined },
  ],
  "another default tier is": [
    { allowedTiers: [{ ...STANDARD, isDefault: true }, { id: "free-tier" }] },
    "mine",
    { tier: "standard-tier", project: "mine" },
  ],
  "no default tier": [
    { allowedTiers: [STANDARD] },
    "mine",
    { tier: "legacy-tier", project: "mine" },
  ],
  "nothing at all": [{}, undefined, { tier: "legacy-tier", project: undefined }],
  "no object": [null, undefined, { tier: "legacy-tier", project: undefined }],
  "lists that are none": [
    { allowedTiers: "none", ineligibleTiers: 3, currentTier: [] },
    undefined,
    { tier: "legacy-tier", project: undefined },
  ],
  "nothing offered, and a reason": [
    { allowedTiers: [], ineligibleTiers: [UNSUPPORTED] },
    undefined,
    REFUSED,
  ],
  "nothing offered, a reason, and the user's own project": [
    { ineligibleTiers: [UNSUPPORTED] },
    "mine",
    { tier: "legacy-tier", project: "mine" },
  ],
  "nothing offered, a reason, and a project": [
    { ineligibleTiers: [UNSUPPORTED], cloudaicompanionProject: "p" },
    undefined,
    "p",
  ],
};

for (const [name, [loaded, hint, expected]] of Object.entries(LOADED)) {
  Deno.test(`outcomeOfLoad() decides on ${name}`, () => {
    assert.deepEqual(inShort(outcomeOfLoad(loaded, hint)), expected);
  });
}

/** The operation's response, the user's hint, what was loaded, and what they mean. */
const ONBOARDED: Readonly<
  Record<string, readonly [unknown, string | undefined, unknown, unknown]>
> = {
  "a project": [{ cloudaicompanionProject: { id: "new", name: "x" } }, undefined, {}, "new"],
  "a project as a text": [{ cloudaicompanionProject: "new" }, "mine", {}, "new"],
  "no project, the user has one": [{}, "mine", {}, "mine"],
  "an object without an id": [{ cloudaicompanionProject: { name: "x" } }, "mine", {}, "mine"],
  "no project at all": [undefined, undefined, {}, NO_PROJECT],
  "no project, and a reason": [
    { cloudaicompanionProject: {} },
    undefined,
    { ineligibleTiers: [UNSUPPORTED] },
    REFUSED,
  ],
};

for (const [name, [response, hint, loaded, expected]] of Object.entries(ONBOARDED)) {
  Deno.test(`outcomeOfOnboarding() decides on ${name}`, () => {
    assert.deepEqual(inShort(outcomeOfOnboarding(response, { hint, loaded })), expected);
  });
}

function refusalOf(ineligibleTiers: readonly unknown[]): NotEligible {
  const standing = outcomeOfLoad({ ineligibleTiers }, undefined);
  assert.ok(standing.type === "refused");
  return standing.refusal;
}

Deno.test("A refusal repeats every reason word for word, each once, whatever its code", () => {
  const codes = [
    ...["DASHER_USER", "INELIGIBLE_ACCOUNT", "NON_USER_ACCOUNT", "RESTRICTED_AGE"],
    ...["RESTRICTED_NETWORK", "UNKNOWN", "UNKNOWN_LOCATION", "UNSUPPORTED_LOCATION"],
    ...["VALIDATION_REQUIRED", "UNSUPPORTED_CLIENT", "TOMORROWS_REASON"],
  ];
  for (const reasonCode of codes) {
    assert.equal(refusalOf([{ reasonCode, reasonMessage: "Because." }]).message, "Because.");
  }
  assert.equal(
    refusalOf([
      UNSUPPORTED,
      { reasonCode: "RESTRICTED_AGE", reasonMessage: "Too young." },
      { ...UNSUPPORTED, tierId: "other" },
      null,
    ]).message,
    `${UNSUPPORTED.reasonMessage} Too young.`,
  );
});

Deno.test("A refusal names the reason's code where Google gives no words", () => {
  assert.equal(
    refusalOf([{ reasonCode: "TOMORROWS_REASON", tierName: "Individuals" }]).message,
    "Google gives no more than the reason TOMORROWS_REASON for Individuals.",
  );
});

Deno.test("A refusal has its links in the words and as google.rpc.Help", () => {
  const { rpc } = refusalOf([{
    reasonMessage: "Verify.",
    reasonCode: "VALIDATION_REQUIRED",
    validationUrl: "https://example.com/verify",
  }]);
  assert.equal(rpc.message, "Verify. Verify your account: https://example.com/verify");
  assert.deepEqual(rpc.details, [{
    "@type": "type.googleapis.com/google.rpc.Help",
    links: [{ description: "Verify your account", url: "https://example.com/verify" }],
  }]);
  assert.deepEqual(refusalOf([UNSUPPORTED]).rpc.details, []);
});

Deno.test("loadedBehindPerimeter() stands in for a VPC perimeter's refusal only, wherever it says so", () => {
  const type = "type.googleapis.com/google.rpc.";
  const perimeter = new RpcError("PERMISSION_DENIED", "Prohibited", {
    details: [
      { "@type": `${type}PreconditionFailure` },
      { "@type": `${type}ErrorInfo`, reason: "SECURITY_POLICY_VIOLATED" },
    ],
  });
  const loaded = loadedBehindPerimeter(perimeter);
  assert.deepEqual(loaded, { currentTier: { id: "standard-tier" } });
  assert.equal(inShort(outcomeOfLoad(loaded, "mine")), "mine");
  assert.equal(inShort(outcomeOfLoad(loaded, undefined)), NO_PROJECT);
  const other = new RpcError("PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED", {
    details: [{ "@type": `${type}ErrorInfo`, reason: "SERVICE_DISABLED" }],
  });
  assert.equal(loadedBehindPerimeter(other), undefined);
});
