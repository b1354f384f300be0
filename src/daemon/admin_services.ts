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
import { outboundOf } from "../upstream/outbound.ts";
import { findAccountProject } from "./find_account_project.ts";
import { probeAccount } from "./probe_account.ts";
import type { UsageKeeper } from "./usage_keeper.ts";

/** How long Google may take to set an account up, in ms. */
const PROJECT_LIMIT_MS = 90_000;

/** How long the test of an account may take, in ms. */
const PROBE_LIMIT_MS = 30_000;

/** Where the gateway listens. */
export type Addresses = Pick<GatewayFacts, "addresses" | "publicUrl">;

/** The parts of the gateway. */
export interface AdminServicesParts {
  readonly store: Pick<Store, "accounts" | "clientKeys" | "audit" | "turns">;
  readonly clock: WallClock;
  readonly clientKeys: Pick<KeyRing, "refresh" | "revision">;
  readonly usage: Pick<UsageKeeper, "read">;
  readonly settings: AdminServices["settings"];
  /** Reads a file with the token of another identity provider, which a credentials file names. */
  readonly readFile: (path: string) => Promise<string>;
  /** Logs what could not be stored. */
  readonly onProblem: (what: string, error: unknown) => void;
  /** Where the gateway listens; called after it does. */
  readonly addresses: () => Addresses;
}

/** Creates the services. */
export function adminServices(parts: AdminServicesParts): AdminServices {
  const { store, clock, clientKeys, usage, settings, addresses, readFile, onProblem } = parts;
  const startedAtMs = clock.now();
  const keys = new KeyBook(store.clientKeys, clock);
  // What Google says about an account is no change by the user.
  const book = new AccountBook(store.accounts, clock);
  return {
    facts: () => ({ version: manifest.version, startedAtMs, ...addresses() }),
    accounts: (door) => new AccountBook(store.accounts, clock, { door }),
    keys: (door) => new KeyBook(store.clientKeys, clock, { door }),
    findProject({ network, ...draft }) {
      const signal = AbortSignal.timeout(PROJECT_LIMIT_MS);
      return findAccountProject({ ...draft, outbound: outboundOf(network) }, { signal });
    },
    async probe(account) {
      const kept = { book, turns: store.turns, onProblem };
      const probe = await probeAccount(account, { kept, limitMs: PROBE_LIMIT_MS, readFile });
      if (probe.ok) await book.endRests(account.id);
      return probe;
    },
    async refreshKeys() {
      await clientKeys.refresh();
      return clientKeys.revision;
    },
    usage: (question) => usage.read(question, keys),
    settings,
    audit: store.audit,
  };
}
