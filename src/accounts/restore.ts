/**
 * Exported accounts on their way back into a store.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { AccountRow, AccountRowChange, AccountRowStore } from "../base/account_row.ts";
import { withoutRestsEnded, withRestsEnded } from "./account_change.ts";
import { checkName } from "./account_name.ts";
import type { ExportedAccount } from "./export_file.ts";

/** What became of an account: `same` when it was there as it is, `skipped` when its name is taken. */
export interface RestoredAccount {
  readonly name: string;
  readonly outcome: "added" | "replaced" | "same" | "skipped";
}

/** How accounts are restored. */
export interface RestoreOptions {
  /** True to put an exported account in the place of another that has its name. */
  readonly replace: boolean;
  /** True to change nothing, and only tell what would become of each. */
  readonly dryRun: boolean;
}

/**
 * Puts accounts back as they were kept, with their ids: conversations find them again. Doing it twice
 * is the same as doing it once.
 *
 * @throws {AccountError} when a name is none; nothing was changed then.
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
  // What rests was another account's.
  const replacing = ({ fields: { restsEnded } }: AccountRow): AccountRowChange => ({
    endsRests: true,
    fields: withRestsEnded({ ...fields, restsEnded }),
    secret,
  });
  // Its id may be taken by an account that has got another name since.
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
