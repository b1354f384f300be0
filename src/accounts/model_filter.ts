/**
 * Which models an account answers for.
 *
 * @module
 */
import { wildcard } from "../base/wildcard.ts";
import type { ModelRules } from "./account.ts";

/**
 * Makes rules into a test that is quick to ask.
 *
 * @returns Says of a model's id, without `models/`, whether the account may answer for it.
 */
export function modelFilter(rules: ModelRules): (model: string) => boolean {
  const allow = rules.allow.map(wildcard);
  const deny = rules.deny.map(wildcard);
  return (model) =>
    (allow.length === 0 || allow.some((pattern) => pattern.test(model))) &&
    !deny.some((pattern) => pattern.test(model));
}
