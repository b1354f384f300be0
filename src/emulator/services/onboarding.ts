/**
 * Code Assist's tiers, and the onboarding that assigns one to an account. Onboarding is a long-running
 * operation.
 *
 * @see {@link https://google.aip.dev/151}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { parseBody } from "../http/body.ts";
import { GoogleError, invalidArgument, type Service, unknownModel } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";

const SERVICE: Service = "cloudcode-pa.googleapis.com";

const FREE_TIER = "free-tier";
const TIERS = [FREE_TIER, "legacy-tier", "standard-tier"];

/** Handles loadCodeAssist. */
export function loadCodeAssist(call: ServiceCall): Promise<Response> {
  const body = parseBody(call.rawBody, { message: "LoadCodeAssistRequest", flavour: "vertex" });
  const hint = textAt(body, "cloudaicompanionProject");
  return respondScripted(call, { model: "", make: () => [tiers(call, hint)] });
}

function tiers({ account }: ServiceCall, hint: string | undefined): JsonObject {
  if (account.ineligible !== undefined) {
    return { allowedTiers: [], ineligibleTiers: [account.ineligible] };
  }
  const free = account.tier === FREE_TIER;
  const tier = {
    id: account.tier,
    name: free ? "Gemini Code Assist for individuals" : "Gemini Code Assist",
    description: "A tier that the emulator made up",
    ...(free ? {} : { userDefinedCloudaicompanionProject: true }),
  };
  const allowedTiers = [{ ...tier, isDefault: true }];
  if (!account.onboarded) return { allowedTiers };
  const project = account.project ?? account.ownProject ?? hint;
  return {
    currentTier: tier,
    allowedTiers,
    ...defined({ cloudaicompanionProject: project }),
  };
}

/** Handles onboardUser; returns an operation. */
export function onboardUser(call: ServiceCall): Promise<Response> {
  const { account } = call;
  const body = parseBody(call.rawBody, { message: "OnboardUserRequest", flavour: "vertex" });
  const tier = textAt(body, "tierId") ?? "";
  const project = textAt(body, "cloudaicompanionProject");
  if (!TIERS.includes(tier)) throw invalidArgument("Request contains an invalid argument.");
  if (tier === FREE_TIER && project !== undefined) {
    // Google manages the project of this tier itself.
    throw new GoogleError(400, "FAILED_PRECONDITION", { message: "Precondition check failed." });
  }
  if (account.ineligible !== undefined || tier !== account.tier) {
    throw new GoogleError(403, "PERMISSION_DENIED", {
      message: "The caller does not have permission",
    });
  }
  account.ownProject ??= project;
  account.operation ??= `operations/emulated-${call.serial}`;
  return respondScripted(call, { model: "", make: () => [progress(call)] });
}

/** Handles the polling of an operation. */
export function operation(call: ServiceCall): Promise<Response> {
  if (call.route.operation !== call.account.operation) {
    throw unknownModel(SERVICE, { model: "", version: "v1internal", method: "", resource: "" });
  }
  return respondScripted(call, { model: "", make: () => [progress(call)] });
}

function progress({ account }: ServiceCall): JsonObject {
  const name = account.operation;
  if (account.pollsLeft > 0) {
    account.pollsLeft -= 1;
    return { name, done: false };
  }
  account.onboarded = true;
  const id = account.project ?? account.ownProject;
  return {
    name,
    done: true,
    response: {
      "@type": "type.googleapis.com/google.internal.cloud.code.v1internal.OnboardUserResponse",
      ...(id === undefined ? {} : { cloudaicompanionProject: { id, name: `Project ${id}` } }),
    },
  };
}
