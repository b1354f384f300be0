/**
 * Turns of the gateways that share a store. A turn is a lease, which its holder renews regularly:
 *
 *     ["v1", "turn", account id]  → { holder }
 *
 * A waiting gateway measures with its own clock whether a lease is still renewed, independent of other
 * machines' clocks, and takes over exactly the version of the lease that it saw expire. A holder that was
 * only suspended does no harm when it resumes: its write is checked against the refresh token that it
 * began with.
 *
 * @module
 */
import { delay } from "../../base/delay.ts";
import { ignore } from "../../base/ignore.ts";
import type { Database } from "../database/database.ts";
import { StoreError } from "../store_error.ts";
import { encodeValue } from "../database/stored_value.ts";
import { TURN_PATIENCE_MS, type TurnLock } from "./turn_lock.ts";

const TURN = ["v1", "turn"] as const;

/** Interval of checks while another gateway has the turn, in ms. */
const PAUSE_MS = 100;

/** Time to live of an abandoned lease in the store, in ms: longer than any clock deviates. */
const FORGET_MS = 7 * 86_400_000;

/** The expiry of leases. */
export interface LeaseOptions {
  /** A lease that was not renewed for this time has expired, in ms. It is renewed three times as often. */
  readonly leaseMs?: number;
}

/** The turns of one store. */
export function leaseTurns(
  database: Database,
  { leaseMs = 10_000 }: LeaseOptions = {},
): TurnLock {
  return async (accountId) => {
    const key = [...TURN, accountId];
    const holder = crypto.randomUUID();
    await take(database, { key, holder, leaseMs });
    const renewing = setInterval(
      () => change(database, { key, holder }).catch(ignore),
      leaseMs / 3,
    );
    return {
      async [Symbol.asyncDispose]() {
        clearInterval(renewing);
        // If this fails, the lease expires by itself.
        await change(database, { key, holder, isOver: true }).catch(ignore);
      },
    };
  };
}

/** Waits until there is no lease, or only an expired one, and writes a new one. */
async function take(
  database: Database,
  { key, holder, leaseMs }: {
    readonly key: Deno.KvKey;
    readonly holder: string;
    readonly leaseMs: number;
  },
): Promise<void> {
  const deadline = performance.now() + TURN_PATIENCE_MS;
  let seen: string | null = null;
  let seenAt = 0;
  while (true) {
    const entry = await database.get(key);
    const now = performance.now();
    if (entry.versionstamp !== seen) {
      seen = entry.versionstamp;
      seenAt = now;
    }
    if (seen === null || now - seenAt >= leaseMs) {
      const isTaken = await database.commit((transaction) =>
        transaction.check(entry).set(key, lease(holder), { expireIn: FORGET_MS })
      );
      if (isTaken) return;
      continue;
    }
    if (now >= deadline) {
      throw new StoreError(
        "another Pollux has been busy with it for a minute; stop that one if it hangs",
      );
    }
    await delay(PAUSE_MS);
  }
}

/** Renews or deletes a lease, unless another gateway has taken it over. */
async function change(
  database: Database,
  { key, holder, isOver = false }: {
    readonly key: Deno.KvKey;
    readonly holder: string;
    readonly isOver?: boolean;
  },
): Promise<void> {
  await database.settle(async () => {
    const entry = await database.get(key);
    if (holderIn(entry.value) !== holder) return true;
    const committed = await database.commit((transaction) => {
      transaction.check(entry);
      if (isOver) transaction.delete(key);
      else transaction.set(key, lease(holder), { expireIn: FORGET_MS });
    });
    return committed || undefined;
  });
}

/** Each write gives the entry a new versionstamp, by which other gateways see that it was renewed. */
function lease(holder: string): Uint8Array {
  return encodeValue({ holder });
}

function holderIn(value: unknown): unknown {
  return typeof value === "object" && value !== null && "holder" in value
    ? value.holder
    : undefined;
}
