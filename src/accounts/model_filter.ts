/**
 * Which models an account serves.
 *
 * @module
 */
import { wildcard } from "../base/text/wildcard.ts";
import type { ModelRules } from "./account.ts";

/**
 * Compiles rules into a fast test.
 *
 * @returns A function that tells whether the account may serve a model id, given without `models/`.
 */
export function modelFilter(rules: ModelRules): (model: string) => boolean {
  const allow = rules.allow.map(wildcard);
  const deny = rules.deny.map(wildcard);
  return (model) =>
    (allow.length === 0 || allow.some((pattern) => pattern.test(model))) &&
    !deny.some((pattern) => pattern.test(model));
}
