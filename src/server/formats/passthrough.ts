/**
 * Which calls go to the Gemini API's own endpoint for OpenAI's clients in place of the gateway's translation.
 *
 * @module
 */
import type { MethodName } from "../../gemini/api/methods.ts";
import { matchMethod } from "../../gemini/api/method_match.ts";
import { OPENAI_ROWS } from "../../gemini/api/table/openai_rows.ts";
import type { AllowedAccounts } from "../access/allowed_accounts.ts";
import type { Environment } from "../environment.ts";
import type { ProjectMembers } from "../owners/project_members.ts";
import type { GatewaySettings } from "../settings.ts";

/** What the decision depends on. */
export interface PassthroughParts {
  readonly settings: Pick<GatewaySettings, "openai">;
  readonly members: Pick<ProjectMembers, "all">;
  /** Tells which accounts a caller may use. */
  readonly allowed: Pick<AllowedAccounts, "of">;
}

/** The one base of Google's endpoint. */
const BASE = /^\/+v1beta\/+openai\//;

/** Whether a method is one of Google's endpoint. */
export function isOfEndpoint(method: MethodName): boolean {
  return Object.hasOwn(OPENAI_ROWS, method);
}

/**
 * Whether a request goes to Google's endpoint: the settings say so, and the caller may use an account that has the
 * endpoint. A key whose tokens or costs are limited never goes there, since a stream need not report its usage there.
 */
export function isPassedThrough(
  { sent, target, caller, lifecycle }: Environment["Bindings"],
  { settings, members, allowed }: PassthroughParts,
): boolean {
  if (!settings.openai.passthrough || !BASE.test(sent)) return false;
  if (lifecycle.record.limited?.isReserving) return false;
  const match = matchMethod("POST", target);
  if (match.type !== "method" || !isOfEndpoint(match.method)) return false;
  const { method } = match;
  const only = allowed.of(caller.key);
  return members.all().some((project) =>
    project.some(({ account, upstream }) =>
      upstream.serves(method) && (only?.ids.has(account.id) ?? true)
    )
  );
}
