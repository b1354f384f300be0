/**
 * The routes of the admin API for accounts.
 *
 * @module
 */
import type { Account } from "../../../accounts/account.ts";
import { type AccountView, viewOf } from "../../../accounts/account_view.ts";
import { defined } from "../../../base/defined.ts";
import type { AccountStatus } from "../../gateway_status.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { accountSchema, accountsSchema } from "../schemas/account_schema.ts";

/** An account as the routes show it. */
type AccountInfo = AccountView & { readonly status?: AccountStatus };

/** Declares the routes. */
export function accountRoutes({ services, status }: AdminApiParts): readonly AdminRoute[] {
  function info(account: Account, { accounts } = status()): AccountInfo {
    const found = accounts.find(({ name }) => name === account.name);
    return { ...viewOf(account), ...defined({ status: found }) };
  }
  return [
    adminRoute({
      verb: "GET",
      path: "/accounts",
      name: "accounts.list",
      summary: "All accounts, without their secrets",
      query: NO_QUERY,
      body: NO_BODY,
      response: accountsSchema,
      async handle({ door }) {
        const { accounts, unreadable } = await services.accounts(door).list();
        const now = status();
        return {
          accounts: accounts.map((account) => info(account, now)),
          unreadable: unreadable.map(({ name, reason }) => ({ name, reason })),
        };
      },
    }),
    adminRoute({
      verb: "GET",
      path: "/accounts/{name}",
      name: "accounts.show",
      summary: "One account, without its secrets",
      query: NO_QUERY,
      body: NO_BODY,
      response: accountSchema,
      handle: async ({ name, door }) => info(await services.accounts(door).get(name)),
    }),
  ];
}
