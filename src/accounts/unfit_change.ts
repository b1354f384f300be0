/**
 * Which changes do not fit an account.
 *
 * @module
 */
import type { Account } from "./account.ts";
import type { AccountChange } from "./account_change.ts";
import { KIND_RULES } from "./kind_rules.ts";

/**
 * Why a change does not fit:
 * - `no-key`: the account has no API key that could be replaced.
 * - `project-of-key`: its API key belongs to a project, so that it has no other, and no location.
 * - `no-location`: accounts of its kind have no location.
 * - `needs-project`: it needs a project.
 */
export type Unfit = "no-key" | "project-of-key" | "no-location" | "needs-project";

/** Why a key, project or location does not fit an account, or their removal; undefined if the change does. */
export function unfitChange(
  { key, project, location }: AccountChange,
  { kind, credential }: Pick<Account, "kind" | "credential">,
): Unfit | undefined {
  const hasKey = credential.type === "api_key";
  const { needs } = KIND_RULES[kind];
  if (key !== undefined && !hasKey) return "no-key";
  if (hasKey && (typeof project === "string" || location !== undefined)) return "project-of-key";
  if (location !== undefined && !needs.includes("location")) return "no-location";
  return project === null && needs.includes("project") && !hasKey ? "needs-project" : undefined;
}
