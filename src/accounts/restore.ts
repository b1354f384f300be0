/**
 * Restores exported accounts into a store.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { AccountRow, AccountRowChange, AccountRowStore } from "../base/stored/account_row.ts";
import { withoutRestsEnded, withRestsEnded } from "./account_change.ts";
import { checkName } from "./account_name.ts";
import type { ExportedAccount } from "./export_file.ts";

/** The outcome for an account: `same` if it exists unchanged, `skipped` if its name is taken. */
export interface RestoredAccount {
  readonly name: string;
  readonly outcome: "added" | "replaced" | "same" | "skipped";
}

/** Options of {@linkcode restore}. */
export interface RestoreOptions {
  /** True to replace another account that has the exported account's name. */
  readonly replace: boolean;
  /** True to change nothing and only report each outcome. */
  readonly dryRun: boolean;
}

/**
 * Restores accounts as they were stored, with their ids, so that conversations find them again. Idempotent.
 *
 * @throws {AccountError} when a name is invalid; nothing is changed then.
 */
export async function restore(
  accounts: readonly ExportedAccount[],
  rows: AccountRowStore,
  options: RestoreOptions,
): Promise<readonly RestoredAccount[]> {
  for (const { name } of accounts) checkName(name);
  const restored: RestoredAccount[] = [];
  for (const account of accounts) {
    const outcome = await restoreOne(account, rows, options);
    restored.push({ name: account.name, outcome });
  }
  return restored;
}

async function restoreOne(
  account: ExportedAccount,
  rows: AccountRowStore,
  { replace, dryRun }: RestoreOptions,
): Promise<RestoredAccount["outcome"]> {
  const { name, fields, secret } = account;
  // The stored cool-downs belong to the replaced account.
  const replacing = ({ fields: { restsEnded } }: AccountRow): AccountRowChange => ({
    endsRests: true,
    fields: withRestsEnded({ ...fields, restsEnded }),
    secret,
  });
  // Its id may be taken by an account that was renamed since.
  for (let { id } = account;; id = crypto.randomUUID()) {
    const there = await rows.find(name);
    if (there === undefined) {
      if (dryRun || await rows.insert({ id, name, fields, secret })) return "added";
      continue;
    }
    const isSame = isDeepStrictEqual(withoutRestsEnded(there.fields), withoutRestsEnded(fields));
    if (there.secret === secret && isSame) return "same";
    if (!replace) return "skipped";
    if (dryRun || await rows.update(there.id, replacing) !== undefined) return "replaced";
  }
}
