/**
 * Creates the upstream of a `code-assist` account.
 *
 * @module
 */
import type { Upstream } from "../upstream.ts";
import { misfit, type UpstreamParts } from "../upstream_factory.ts";
import { CodeAssist } from "./code_assist.ts";

/**
 * Code Assist with the user's own sign-in.
 *
 * @throws {TypeError} When the account has another credential.
 */
export function codeAssistOf(parts: UpstreamParts): Upstream {
  const { account, clock, outbound, tokensOf, onProject, onNotEligible } = parts;
  const { baseUrls, credential, project } = account;
  if (credential.type !== "authorized_user") throw misfit(account, `has no ${credential.type}`);
  const tokens = tokensOf(credential);
  return new CodeAssist({ baseUrls, tokens, project, clock, outbound, onProject, onNotEligible });
}
