/**
 * What can be changed in an account that is there.
 *
 * @module
 */
import type { Account } from "./account.ts";

/** The public values that an account can do without: null puts the default in place of one. */
type Removable =
  | "project"
  | "priority"
  | "weight"
  | "maxConcurrent"
  | "labels"
  | "quotaProject"
  | "proxy"
  | "disabledReason";

/** A change; what it leaves out stays, null takes a value away. */
export type AccountChange =
  & Partial<Pick<Account, "name" | "enabled" | "baseUrls" | "location" | "signedInAt">>
  & { readonly [Name in Removable]?: NonNullable<Account[Name]> | null }
  & {
    /** Patterns of allowed models, in place of all that were there. */
    readonly allow?: readonly string[] | null;
    /** Patterns of denied models, in place of all that were there. */
    readonly deny?: readonly string[] | null;
  };

type Fields = Readonly<Record<string, unknown>>;

/** The public part of a row with a change made to it; what this version does not know stays in it. */
export function changedFields(fields: Fields, change: AccountChange): Fields {
  // The row keeps its name beside the fields, and the proxy among the secrets.
  const { name: _name, proxy: _proxy, allow, deny, ...values } = change;
  const changed: Record<string, unknown> = { ...fields };
  for (const [field, value] of Object.entries(values)) put(changed, field, value);
  if (allow !== undefined || deny !== undefined) {
    put(changed, "models", changedRules(fields["models"], change));
  }
  return changed;
}

/** The rules as they are now with one of their lists replaced; null when both are empty. */
function changedRules(
  rules: unknown,
  { allow, deny }: Pick<AccountChange, "allow" | "deny">,
): Fields | null {
  const now: Fields = { allow: [], deny: [], ...(isObject(rules) ? rules : {}) };
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

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
