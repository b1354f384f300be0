/**
 * Changes of an existing account.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { type AccountKind, isAccountKind } from "../gemini/api/account_kinds.ts";
import type { Account } from "./account.ts";
import { defaultBaseUrl } from "./base_url.ts";
import type { Secret } from "./secret.ts";

/** The optional public values of an account: null restores the default. */
type Removable =
  | "project"
  | "priority"
  | "weight"
  | "maxConcurrent"
  | "labels"
  | "quotaProject"
  | "projectGroup"
  | "proxy"
  | "disabledReason";

/** A change; omitted values are kept, null removes a value. */
export type AccountChange =
  & Partial<Pick<Account, "name" | "enabled" | "baseUrls" | "location" | "signedInAt">>
  & { readonly [Name in Removable]?: NonNullable<Account[Name]> | null }
  & {
    /** Patterns of allowed models, replacing the previous list. */
    readonly allow?: readonly string[] | null;
    /** Patterns of denied models, replacing the previous list. */
    readonly deny?: readonly string[] | null;
    /** Another API key, for an account that has one. Ends the account's cool-downs. */
    readonly key?: Secret;
  };

/**
 * The public part of a row with a change applied; fields unknown to this version are kept. If the location
 * changes, so does Google's base URL for it.
 */
export function changedFields(fields: JsonObject, change: AccountChange): JsonObject {
  // The row stores the name separately, and proxy and key among the secrets.
  const { name: _name, proxy: _proxy, key: _key, allow, deny, ...values } = change;
  const changed: Record<string, unknown> = { ...fields };
  const { location, baseUrls } = change;
  const { kind } = fields;
  if (
    location !== undefined && baseUrls === undefined && isAccountKind(kind) &&
    isAtGoogle(fields, kind)
  ) {
    changed["baseUrls"] = [defaultBaseUrl({ kind, location })];
  }
  for (const [field, value] of Object.entries(values)) put(changed, field, value);
  if (allow !== undefined || deny !== undefined) {
    put(changed, "models", changedRules(fields["models"], change));
  }
  return changed;
}

/**
 * The public part of a row with its count of ended cool-downs incremented, by which running gateways notice.
 */
export function withRestsEnded(fields: JsonObject): JsonObject {
  const count = fields["restsEnded"];
  return { ...fields, restsEnded: typeof count === "number" ? count + 1 : 1 };
}

/** The public part of a row without the count of ended cool-downs, for another store. */
export function withoutRestsEnded(fields: JsonObject): JsonObject {
  const { restsEnded: _restsEnded, ...rest } = fields;
  return rest;
}

/** Whether calls go to Google's own base URL for the account's location, and nowhere else. */
function isAtGoogle({ baseUrls, location }: JsonObject, kind: AccountKind): boolean {
  const url = defaultBaseUrl({
    kind,
    location: typeof location === "string" ? location : undefined,
  });
  return Array.isArray(baseUrls) && baseUrls.length === 1 && baseUrls[0] === url;
}

/** The current rules with one of their lists replaced; null when both are empty. */
function changedRules(
  rules: unknown,
  { allow, deny }: Pick<AccountChange, "allow" | "deny">,
): JsonObject | null {
  const now: JsonObject = { allow: [], deny: [], ...(isJsonObject(rules) ? rules : {}) };
  const changed = {
    ...now,
    ...(allow === undefined ? {} : { allow: allow ?? [] }),
    ...(deny === undefined ? {} : { deny: deny ?? [] }),
  };
  return [changed.allow, changed.deny].some(isFilled) ? changed : null;
}

function put(fields: Record<string, unknown>, field: string, value: unknown): void {
  if (value === null) delete fields[field];
  else fields[field] = value;
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}
