/**
 * Exported accounts on their way back into a store.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { type AccountRows, checkName } from "./account_book.ts";
import type { ExportedAccount } from "./export_file.ts";

/** What became of an account: `same` when it was there as it is, `skipped` when its name is taken. */
export interface RestoredAccount {
  readonly name: string;
  readonly outcome: "added" | "replaced" | "same" | "skipped";
}

/** How accounts whose name is taken are treated. */
export interface RestoreOptions {
  /** True to put the exported account in the place of the one that is there. */
  readonly replace: boolean;
}

/**
 * Puts accounts back as they were kept, with their ids: conversations find them again. Doing it twice
 * is the same as doing it once.
 *
 * @throws {AccountError} when a name is none; nothing was changed then.
 */
export async function restore(
  accounts: readonly ExportedAccount[],
  rows: AccountRows,
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
  rows: AccountRows,
  { replace }: RestoreOptions,
): Promise<RestoredAccount["outcome"]> {
  const { name, fields, secret } = account;
  // Its id may be taken by an account that has got another name since.
  for (let { id } = account;; id = crypto.randomUUID()) {
    if (await rows.insert({ id, name, fields, secret })) return "added";
    const there = await rows.find(name);
    if (there === undefined) continue;
    if (there.secret === secret && isDeepStrictEqual(there.fields, fields)) return "same";
    if (!replace) return "skipped";
    if (await rows.update(there.id, () => ({ fields, secret })) !== undefined) return "replaced";
  }
}
