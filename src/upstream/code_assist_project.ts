/**
 * The Google Cloud project that Code Assist bills an account's calls to.
 *
 * @module
 */
import { isJsonObject } from "../gemini/json_object.ts";
import { RpcError } from "../gemini/rpc_error.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/**
 * Reads the project out of loadCodeAssist's answer.
 *
 * @param loaded The answer, parsed.
 * @throws {UpstreamFault} With Google's own words where it says why the account is not eligible.
 */
export function projectOf(loaded: unknown): string {
  const answer = isJsonObject(loaded) ? loaded : {};
  const project = answer["cloudaicompanionProject"];
  // A string in this answer, an object in onboardUser's; both have been seen in both.
  const id = isJsonObject(project) ? project["id"] : project;
  if (typeof id === "string" && id !== "") return id;
  const reasons = ineligibility(answer["ineligibleTiers"]);
  if (reasons !== "") throw accountFault("PERMISSION_DENIED", reasons);
  throw accountFault(
    "FAILED_PRECONDITION",
    "Code Assist names no project for this account. Add the account again with --project and a " +
      "Google Cloud project in which the Gemini for Google Cloud API is enabled",
  );
}

function ineligibility(tiers: unknown): string {
  if (!Array.isArray(tiers)) return "";
  return tiers
    .map((tier: unknown) => isJsonObject(tier) ? tier["reasonMessage"] : undefined)
    .filter((message) => typeof message === "string")
    .join(" ");
}

function accountFault(status: string, message: string): UpstreamFault {
  return new UpstreamFault("account", new RpcError(status, message));
}
