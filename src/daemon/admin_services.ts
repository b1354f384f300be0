/**
 * What the admin API of a running gateway works with.
 *
 * @module
 */
import { AccountBook } from "../accounts/account_book.ts";
import type { WallClock } from "../base/clock.ts";
import { KeyBook } from "../keys/key_book.ts";
import type { KeyRing } from "../keys/key_ring.ts";
import type { AdminServices, GatewayFacts } from "../server/admin/admin_services.ts";
import type { Store } from "../store/open_store.ts";
import manifest from "../../deno.json" with { type: "json" };
import type { UsageKeeper } from "./usage_keeper.ts";

/** Where the gateway listens. */
export type Addresses = Pick<GatewayFacts, "addresses" | "publicUrl">;

/** The parts of the gateway. */
export interface AdminServicesParts {
  readonly store: Pick<Store, "accounts" | "clientKeys" | "audit">;
  readonly clock: WallClock;
  readonly clientKeys: Pick<KeyRing, "refresh" | "revision">;
  readonly usage: Pick<UsageKeeper, "read">;
  readonly settings: AdminServices["settings"];
  /** Where the gateway listens; called after it does. */
  readonly addresses: () => Addresses;
}

/** Creates the services. */
export function adminServices(parts: AdminServicesParts): AdminServices {
  const { store, clock, clientKeys, usage, settings, addresses } = parts;
  const startedAtMs = clock.now();
  const keys = new KeyBook(store.clientKeys, clock);
  return {
    facts: () => ({ version: manifest.version, startedAtMs, ...addresses() }),
    accounts: (door) => new AccountBook(store.accounts, clock, { door }),
    keys: (door) => new KeyBook(store.clientKeys, clock, { door }),
    async refreshKeys() {
      await clientKeys.refresh();
      return clientKeys.revision;
    },
    usage: (question) => usage.read(question, keys),
    settings,
    audit: store.audit,
  };
}
