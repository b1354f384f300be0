/**
 * Which models a client key may use.
 *
 * @module
 */
import { type Wildcard, wildcard } from "../base/text/wildcard.ts";
import { RpcError } from "../gemini/errors/rpc_error.ts";
import type { ClientKey } from "./client_key.ts";

/** The rules of a key. */
export type ModelRules = Pick<ClientKey, "name" | "allow" | "deny">;

interface Pattern {
  readonly text: string;
  readonly wildcard: Wildcard;
}

interface Patterns {
  readonly allow: readonly Pattern[];
  readonly deny: readonly Pattern[];
}

/** Patterns are compiled once for each record of a key. */
const compiled = new WeakMap<ModelRules, Patterns>();

/** Whether a key has rules for models. */
export function hasModelRules({ allow, deny }: ModelRules): boolean {
  return allow.length > 0 || deny.length > 0;
}

/** Whether a key may use a model, by its id after aliasing. Upper and lower case are the same. */
export function mayUseModel(key: ModelRules, model: string): boolean {
  return refusalOf(key, model) === undefined;
}

/** @throws {RpcError} PERMISSION_DENIED if a key may not use a model. */
export function checkModel(key: ModelRules, model: string): void {
  const refusal = refusalOf(key, model);
  if (refusal === undefined) return;
  throw new RpcError(
    "PERMISSION_DENIED",
    `The key "${key.name}" may not use the model "${model}": ${refusal}`,
  );
}

function refusalOf(key: ModelRules, model: string): string | undefined {
  if (!hasModelRules(key)) return undefined;
  const { allow, deny } = patternsOf(key);
  const name = model.toLowerCase();
  const denied = deny.find(({ wildcard }) => wildcard.test(name));
  if (denied !== undefined) return `it is denied "${denied.text}"`;
  if (allow.length === 0 || allow.some(({ wildcard }) => wildcard.test(name))) return undefined;
  return `it is allowed only ${allow.map(({ text }) => `"${text}"`).join(", ")}`;
}

function patternsOf(key: ModelRules): Patterns {
  let patterns = compiled.get(key);
  if (patterns === undefined) {
    patterns = { allow: key.allow.map(patternOf), deny: key.deny.map(patternOf) };
    compiled.set(key, patterns);
  }
  return patterns;
}

function patternOf(text: string): Pattern {
  return { text, wildcard: wildcard(text.toLowerCase()) };
}
