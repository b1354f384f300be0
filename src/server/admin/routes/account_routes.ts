/**
 * The routes of the admin API for accounts.
 *
 * @module
 */
import type { Account } from "../../../accounts/account.ts";
import { noSuchAccount } from "../../../accounts/account_book.ts";
import { type AccountView, viewOf } from "../../../accounts/account_view.ts";
import { defined } from "../../../base/defined.ts";
import type { AccountStatus } from "../../gateway_status.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { accountChange } from "../changes/account_change.ts";
import { cleartextWarnings, newAccount } from "../changes/new_account.ts";
import { accountChangeInput, newAccountInput } from "../schemas/account_input.ts";
import { accountSchema, accountsSchema, probeSchema } from "../schemas/account_schema.ts";

/** An account as the routes show it. */
type AccountInfo = AccountView & { readonly status?: AccountStatus };

/** Declares the routes. */
export function accountRoutes({ services, status, state }: AdminApiParts): readonly AdminRoute[] {
  function info(account: Account, { accounts } = status()): AccountInfo {
    const found = accounts.find(({ name }) => name === account.name);
    return { ...viewOf(account), ...defined({ status: found }) };
  }
  /** The account once the gateway uses the change. */
  async function afterChange(account: Account): Promise<AccountInfo> {
    await state.refresh();
    return info(account);
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
    adminRoute({
      verb: "POST",
      path: "/accounts",
      name: "accounts.add",
      errors: [409],
      summary: "Adds an account; the gateway uses it at once",
      status: 201,
      query: NO_QUERY,
      body: newAccountInput,
      response: accountSchema,
      async handle({ body, door }) {
        const book = services.accounts(door);
        await book.checkFree(body.name);
        const { account, warnings } = await newAccount(body, services);
        return { ...await afterChange(await book.add(account)), ...present(warnings) };
      },
    }),
    adminRoute({
      verb: "PATCH",
      path: "/accounts/{name}",
      name: "accounts.edit",
      errors: [409],
      summary: "Changes an account: null removes a value, and what is absent stays",
      query: NO_QUERY,
      body: accountChangeInput,
      response: accountSchema,
      async handle({ name, body, door }) {
        const book = services.accounts(door);
        const change = accountChange(await book.get(name), body);
        const edited = await book.edit(name, change);
        return {
          ...await afterChange(edited),
          ...present(cleartextWarnings(change.baseUrls ?? [])),
        };
      },
    }),
    adminRoute({
      verb: "DELETE",
      path: "/accounts/{name}",
      name: "accounts.remove",
      summary: "Removes an account and its secrets",
      query: NO_QUERY,
      body: NO_BODY,
      response: undefined,
      async handle({ name, door }) {
        if (!await services.accounts(door).remove(name)) throw noSuchAccount(name);
        await state.refresh();
      },
    }),
    ...(["enable", "disable"] as const).map((action) =>
      adminRoute({
        verb: "POST",
        path: `/accounts/{name}/${action}`,
        name: `accounts.${action}`,
        summary: action === "enable"
          ? "Lets the gateway use an account, and ends its cool-downs"
          : "Keeps an account without using it; its requests in flight finish",
        query: NO_QUERY,
        body: NO_BODY,
        response: accountSchema,
        handle: async ({ name, door }) =>
          await afterChange(await services.accounts(door)[action](name)),
      })
    ),
    adminRoute({
      verb: "POST",
      path: "/accounts/{name}/test",
      name: "accounts.test",
      summary:
        "Asks Google for an account's models, also if it is disabled; success ends its cool-downs",
      query: NO_QUERY,
      body: NO_BODY,
      response: probeSchema,
      async handle({ name, door }) {
        const probe = await services.probe(await services.accounts(door).get(name));
        await state.refresh();
        return probe;
      },
    }),
  ];
}

function present(warnings: readonly string[]) {
  return warnings.length === 0 ? {} : { warnings };
}
