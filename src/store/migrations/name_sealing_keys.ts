/**
 * Schema 2: every sealed text contains the id of its key, and a row with the id of the current key
 * replaces the sealed text that showed whether a key was the right one.
 *
 *     ["v1", "account", id].sealed  "v1.<nonce>.<ciphertext>" → "v2.<key>.<nonce>.<ciphertext>"
 *     ["v1", "seal_check"]          removed
 *     ["v1", "sealing"]             new: { keyId }
 *
 * @module
 */
import type { Database, Entry } from "../database/database.ts";
import { Seal } from "../sealing/seal.ts";
import { otherKey } from "../sealing/seal_key.ts";
import { SEALING } from "../sealing/sealing.ts";
import { encodeValue } from "../database/stored_value.ts";
import type { Migration } from "./migration.ts";

const ACCOUNT = ["v1", "account"] as const;
const SEAL_CHECK = ["v1", "seal_check"] as const;

/** The text of the check, and the row id that is bound into it. */
const SEAL_CHECK_TEXT = "pollux";
const SEAL_CHECK_ID = "seal_check";

/** The step to schema 2. */
export const nameSealingKeys: Migration = {
  to: 2,
  async prepare({ database, keySource }) {
    const check = await database.get(SEAL_CHECK);
    // Nothing is sealed yet, or the step was completed before the process died.
    if (check.versionstamp === null) return () => Promise.resolve();
    const seal = await Seal.fromKey(keySource.load({ mayCreate: false }));
    const { keyId } = seal;
    if (await seal.open(named(String(check.value), keyId), SEAL_CHECK_ID) !== SEAL_CHECK_TEXT) {
      throw otherKey(keySource);
    }
    return async () => {
      for (const { key } of await database.list(ACCOUNT)) await nameKey(database, { key, keyId });
      await database.commit((transaction) =>
        transaction.check(check).delete(SEAL_CHECK).set(SEALING, encodeValue({ keyId }))
      );
    };
  },
};

/** Rewrites one account row; anything but a sealed text of schema 1 stays unchanged. */
async function nameKey(
  database: Database,
  { key, keyId }: { readonly key: Deno.KvKey; readonly keyId: string },
): Promise<void> {
  await database.settle(async () => {
    const entry = await database.get(key);
    const row = withSealed(entry);
    if (row === undefined) return true;
    const committed = await database.commit((transaction) =>
      transaction.check(entry).set(key, encodeValue({ ...row, sealed: named(row.sealed, keyId) }))
    );
    return committed || undefined;
  });
}

function withSealed({ value }: Entry): { readonly sealed: string } | undefined {
  if (typeof value !== "object" || value === null || !("sealed" in value)) return undefined;
  const { sealed } = value;
  return typeof sealed === "string" ? { ...value, sealed } : undefined;
}

/** Converts a text of schema 1 to schema 2; other texts stay unchanged. */
function named(sealed: string, keyId: string): string {
  return sealed.startsWith("v1.") ? `v2.${keyId}.${sealed.slice("v1.".length)}` : sealed;
}
