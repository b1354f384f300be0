/**
 * Decides, from Google's responses alone, which Google Cloud project Code Assist bills for an account's calls.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { type RpcDetail, RpcError } from "../../gemini/errors/rpc_error.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";

/** The result of a search: the account's project, or the reason why the account cannot be used. */
export type ProjectOutcome =
  | { readonly type: "project"; readonly project: string }
  | { readonly type: "refused"; readonly refusal: NotEligible };

/** The account must be onboarded to a tier first. */
export interface NeedsOnboarding {
  readonly type: "onboard";
  readonly tierId: string;
  /** The project to send for the tier; undefined if there is none or the tier accepts none. */
  readonly project: string | undefined;
}

/** Google rejects this account until its owner takes action; a retry does not help. */
export class NotEligible extends UpstreamFault {
  constructor(rpc: RpcError) {
    super("account", rpc);
  }
}

/** The tier whose project Google manages; requests must not name one. */
const FREE_TIER = "free-tier";

/** The tier for accounts without a default tier. */
const LEGACY_TIER = "legacy-tier";

/** The tier for accounts behind a VPC service perimeter, where loadCodeAssist itself is rejected. */
const STANDARD_TIER = "standard-tier";

/**
 * Interprets the response of loadCodeAssist.
 *
 * @param loaded The parsed response.
 * @param hint The project that the user named, if any. Google's own choice takes precedence.
 */
export function outcomeOfLoad(
  loaded: unknown,
  hint: string | undefined,
): ProjectOutcome | NeedsOnboarding {
  const answer = isJsonObject(loaded) ? loaded : {};
  const reasons = objects(answer["ineligibleTiers"]);
  const isCurrent = isJsonObject(answer["currentTier"]);
  const project = projectId(answer["cloudaicompanionProject"]);
  if (isCurrent) return settled(project ?? hint, reasons);
  const toVerify = reasons.filter(asksToVerify);
  if (toVerify.length > 0) return { type: "refused", refusal: notEligible(toVerify) };
  const offered = objects(answer["allowedTiers"]);
  // Google offers no tier and gives reasons: without a project from the user, onboarding is impossible.
  if (offered.length === 0 && reasons.length > 0 && hint === undefined) {
    return settled(project, reasons);
  }
  const tierId = text(offered.find(({ isDefault }) => isDefault === true)?.["id"]) ?? LEGACY_TIER;
  return { type: "onboard", tierId, project: tierId === FREE_TIER ? undefined : hint };
}

/**
 * Interprets the end of onboarding.
 *
 * @param response The parsed response of the operation.
 * @param so `hint` as in {@linkcode outcomeOfLoad}; `loaded`: the response that led to the onboarding.
 */
export function outcomeOfOnboarding(
  response: unknown,
  so: { readonly hint: string | undefined; readonly loaded: unknown },
): ProjectOutcome {
  const project = isJsonObject(response)
    ? projectId(response["cloudaicompanionProject"])
    : undefined;
  const reasons = isJsonObject(so.loaded) ? objects(so.loaded["ineligibleTiers"]) : [];
  return settled(project ?? so.hint, reasons);
}

/**
 * A substitute for the response of loadCodeAssist if a VPC service perimeter blocks the call: such accounts
 * belong to licensed organisations.
 *
 * @param error The error of loadCodeAssist.
 * @returns Undefined for every other error.
 */
export function loadedBehindPerimeter(error: RpcError): JsonObject | undefined {
  return error.details.some(({ reason }) => reason === "SECURITY_POLICY_VIOLATED")
    ? { currentTier: { id: STANDARD_TIER } }
    : undefined;
}

function settled(project: string | undefined, reasons: readonly JsonObject[]): ProjectOutcome {
  if (project !== undefined) return { type: "project", project };
  return { type: "refused", refusal: reasons.length > 0 ? notEligible(reasons) : noProject() };
}

/** A string in responses of loadCodeAssist, an object in those of onboardUser; each has been seen in both. */
function projectId(project: unknown): string | undefined {
  return text(isJsonObject(project) ? project["id"] : project);
}

function asksToVerify(tier: JsonObject): boolean {
  return tier["reasonCode"] === "VALIDATION_REQUIRED" && text(tier["validationUrl"]) !== undefined;
}

/** Google's messages, without duplicates, with their links. */
function notEligible(tiers: readonly JsonObject[]): NotEligible {
  const words = new Set(tiers.flatMap(wordsOf));
  const links = tiers.flatMap(linksOf);
  const said = links.map(({ description, url }) => `${description}: ${url}`);
  return new NotEligible(
    new RpcError("PERMISSION_DENIED", [...words, ...new Set(said)].join(" "), {
      details: links.length === 0 ? [] : [help(links)],
    }),
  );
}

function wordsOf(tier: JsonObject): string[] {
  const said = [text(tier["reasonMessage"]), text(tier["validationErrorMessage"])]
    .filter((words) => words !== undefined);
  if (said.length > 0) return said;
  const reason = text(tier["reasonCode"]) ?? "UNKNOWN";
  return [`Google gives no more than the reason ${reason} for ${tierName(tier)}.`];
}

function tierName(tier: JsonObject): string {
  return text(tier["tierName"]) ?? text(tier["tierId"]) ?? "a tier";
}

interface Link {
  readonly description: string;
  readonly url: string;
}

function linksOf(tier: JsonObject): Link[] {
  const links: readonly (readonly [unknown, unknown, string])[] = [
    [tier["validationUrl"], tier["validationUrlLinkText"], "Verify your account"],
    [tier["validationLearnMoreUrl"], tier["validationLearnMoreLinkText"], "Learn more"],
  ];
  return links.flatMap(([address, description, otherwise]) => {
    const url = text(address);
    return url === undefined ? [] : [{ description: text(description) ?? otherwise, url }];
  });
}

/** @see {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto} */
function help(links: readonly Link[]): RpcDetail {
  return { "@type": "type.googleapis.com/google.rpc.Help", links };
}

function noProject(): NotEligible {
  return new NotEligible(
    new RpcError(
      "FAILED_PRECONDITION",
      "Code Assist names no project for this account. Add it, or sign in to it, with --project and a " +
        "Google Cloud project in which the Gemini for Google Cloud API is enabled",
    ),
  );
}

function objects(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
