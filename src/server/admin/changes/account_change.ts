/**
 * The change of an account that a request of the admin API asks for.
 *
 * @module
 */
import type * as z from "zod";
import type { Account } from "../../../accounts/account.ts";
import type { AccountChange } from "../../../accounts/account_change.ts";
import { parseProxyUrl } from "../../../accounts/network/proxy_url.ts";
import { Secret } from "../../../accounts/secret.ts";
import { type Unfit, unfitChange } from "../../../accounts/unfit_change.ts";
import { parseLocation } from "../../../accounts/vertex_location.ts";
import { defined } from "../../../base/defined.ts";
import { type FieldFault, invalid } from "../checked.ts";
import type { accountChangeInput } from "../schemas/account_input.ts";
import { patternsOf } from "../schemas/inputs.ts";
import { baseUrlsOf } from "./new_account.ts";

const UNFIT: Readonly<Record<Unfit, FieldFault>> = {
  "no-key": { field: "apiKey", description: "The account has no API key that could be replaced" },
  "project-of-key": {
    field: "project",
    description: "An API key belongs to a project: this account has no other, and no location",
  },
  "no-location": { field: "location", description: "Accounts of this kind have no location" },
  "needs-project": { field: "project", description: "The account needs a project" },
};

/**
 * The change.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it does not fit the account.
 * @throws {AccountError} for a proxy, an address or a location that cannot be used.
 */
export function accountChange(
  account: Account,
  asked: z.output<typeof accountChangeInput>,
): AccountChange {
  const { apiKey, proxy, allow, deny, labels, location, baseUrls, ...rest } = asked;
  const change: AccountChange = defined({
    ...rest,
    key: apiKey === undefined ? undefined : new Secret(apiKey),
    proxy: typeof proxy === "string" ? parseProxyUrl(proxy) : proxy,
    allow: allow ? patternsOf(allow) : allow,
    deny: deny ? patternsOf(deny) : deny,
    labels: labels ? emptyIsNull([...new Set(labels)]) : labels,
    location: location === undefined ? undefined : parseLocation(location),
  });
  const unfit = unfitChange(change, account);
  if (unfit !== undefined) throw invalid([UNFIT[unfit]]);
  if (baseUrls === undefined) return change;
  const { kind, location: place } = { ...account, ...change };
  return { ...change, baseUrls: baseUrlsOf(baseUrls, { kind, location: place }) };
}

function emptyIsNull(labels: readonly string[]): readonly string[] | null {
  return labels.length === 0 ? null : labels;
}
