/**
 * The routes of the admin API for client keys.
 *
 * @module
 */
import { unknownAccounts } from "../../../accounts/unknown_accounts.ts";
import { defined } from "../../../base/defined.ts";
import { timeSpan } from "../../../base/time_span.ts";
import type { AdminDoor } from "../../access/door.ts";
import type { ClientKey } from "../../../keys/client_key.ts";
import { noSuchKey } from "../../../keys/key_book.ts";
import { type KeyView, viewOfKey } from "../../../keys/key_view.ts";
import type { KeyStatus } from "../../key_status.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { changedKey, newKeySettings } from "../changes/key_settings.ts";
import { keyChangeInput, newKeyInput, rotationInput, USUAL_GRACE } from "../schemas/key_input.ts";
import { keySchema, keysSchema, shownKeySchema } from "../schemas/key_schema.ts";

/** A client key as the routes show it. */
type KeyInfo = KeyView & { readonly status?: KeyStatus };

/** Declares the routes. */
export function keyRoutes({ services, status, state }: AdminApiParts): readonly AdminRoute[] {
  function info(key: ClientKey, { keys } = status()): KeyInfo {
    const found = keys.find(({ id }) => id === key.id);
    return { ...viewOfKey(key, state.clock.now()), ...defined({ status: found }) };
  }
  /** The key once the gateway uses the change. */
  async function afterChange(key: ClientKey): Promise<KeyInfo> {
    await state.refresh();
    return info(key);
  }
  /** Warns of names in the key's rules that no account has. */
  async function hints({ accounts: wanted }: ClientKey, door: AdminDoor) {
    const { accounts } = await services.accounts(door).list();
    const words = unknownAccounts(wanted, accounts);
    return words === undefined ? {} : { warnings: [words] };
  }
  return [
    adminRoute({
      verb: "GET",
      path: "/keys",
      name: "keys.list",
      summary: "All client keys, without their texts, and what is left of their limits",
      query: NO_QUERY,
      body: NO_BODY,
      response: keysSchema,
      async handle({ door }) {
        const { keys, unreadable } = await services.keys(door).list();
        const now = status();
        return { keys: keys.map((key) => info(key, now)), unreadable };
      },
    }),
    adminRoute({
      verb: "GET",
      path: "/keys/{name}",
      name: "keys.show",
      summary: "One client key, without its text, and what is left of its limits",
      query: NO_QUERY,
      body: NO_BODY,
      response: keySchema,
      handle: async ({ name, door }) => info(await services.keys(door).get(name)),
    }),
    adminRoute({
      verb: "POST",
      path: "/keys",
      name: "keys.create",
      errors: [409],
      summary: "Makes a client key; only this response has its text",
      status: 201,
      query: NO_QUERY,
      body: newKeyInput,
      response: shownKeySchema,
      async handle({ body, door }) {
        const settings = newKeySettings(body, state.clock.now());
        const { key, text } = await services.keys(door).create(settings);
        return { key: await afterChange(key), text, ...await hints(key, door) };
      },
    }),
    adminRoute({
      verb: "PATCH",
      path: "/keys/{name}",
      name: "keys.edit",
      errors: [409],
      summary: "Changes a client key: null removes a value, and what is absent stays",
      query: NO_QUERY,
      body: keyChangeInput,
      response: keySchema,
      async handle({ name, body: change, door }) {
        const nowMs = state.clock.now();
        const edited = await services.keys(door).edit(
          name,
          (key) => changedKey(key, { change, nowMs }),
        );
        return { ...await afterChange(edited), ...await hints(edited, door) };
      },
    }),
    adminRoute({
      verb: "DELETE",
      path: "/keys/{name}",
      name: "keys.remove",
      summary: "Removes a client key; what it made is then accessible with auth.api_key only",
      query: NO_QUERY,
      body: NO_BODY,
      response: undefined,
      async handle({ name, door }) {
        if (!await services.keys(door).remove(name)) throw noSuchKey(name);
        await state.refresh();
      },
    }),
    ...(["enable", "disable"] as const).map((action) =>
      adminRoute({
        verb: "POST",
        path: `/keys/{name}/${action}`,
        name: `keys.${action}`,
        summary: action === "enable"
          ? "Accepts a disabled key again"
          : "Refuses a key, and keeps it",
        query: NO_QUERY,
        body: NO_BODY,
        response: keySchema,
        async handle({ name, door }) {
          const isDisabled = action === "disable";
          const edited = await services.keys(door).edit(name, (key) => ({ ...key, isDisabled }));
          return await afterChange(edited);
        },
      })
    ),
    adminRoute({
      verb: "POST",
      path: "/keys/{name}/rotate",
      name: "keys.rotate",
      summary: "Replaces the text of a client key; only this response has the new one",
      query: NO_QUERY,
      body: rotationInput,
      response: shownKeySchema,
      async handle({ name, body: { grace } = { grace: USUAL_GRACE }, door }) {
        const { key, text } = await services.keys(door).rotate(name, timeSpan(grace) ?? 0);
        return { key: await afterChange(key), text };
      },
    }),
  ];
}
