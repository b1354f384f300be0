/**
 * A data folder as Pollux 0.1.0 made it while its schema was 1: 21 accounts, one of them damaged, and a
 * session.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { AccountRow } from "../../src/base/stored/account_row.ts";
import kept from "./fixtures/schema1/accounts.json" with { type: "json" };

const FIXTURE = fileURLToPath(new URL("fixtures/schema1/", import.meta.url));

/** What schema 1's program read from it. */
export const SCHEMA1_ACCOUNTS: readonly AccountRow[] = kept.map(({ secret, ...row }) => ({
  ...row,
  secret: secret ?? undefined,
}));

/** Puts a copy at `dataDir`, which must not be there yet. */
export function copySchema1Folder(dataDir: string): void {
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  for (const name of ["pollux.db", "pollux.key"]) {
    const bytes = Deno.readFileSync(join(FIXTURE, name));
    Deno.writeFileSync(join(dataDir, name), bytes, { mode: 0o600 });
  }
}
