/**
 * Lists of models as stored state. Accounts with equal lists share one:
 *
 *     ["v1", "model_list", "account", account id]  → { list: digest }
 *     ["v1", "model_list", "list", digest]         → { models }
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";
import { isJsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { Keeper, KeptKind, KeptRow, KeptRows } from "../../base/stored/kept.ts";
import type { Model } from "../../gemini/api/model.ts";
import { ModelLists } from "./model_lists.ts";

const ACCOUNT = "account";
const LIST = "list";

/** Longest stored list, in bytes of JSON: Google's have about 50,000. Longer ones are requested again. */
const LONGEST_LIST = 500_000;

/** The value of a row: the digest of an account's list, or the models of a list. */
export type KeptListRow =
  | { readonly list: string }
  | { readonly models: readonly Model[] };

/** The kind of row. Rows do not expire: an old list is better than none. */
export const MODEL_LISTS: KeptKind<KeptListRow> = {
  name: "model_list",
  label: "lists of models",
  ifUnread: "accounts are asked for them again",
  leftMs: () => Infinity,
  encode: (row) => row,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { list, models } = stored;
    if (typeof list === "string") return { list };
    return Array.isArray(models) && models.every(isModel) ? { models } : undefined;
  },
  isLong: true,
};

/** The result of {@linkcode keptLists}. */
export interface KeptLists {
  readonly lists: ModelLists;
  readonly rows: Pick<KeptRows<KeptListRow>, "restore">;
}

/**
 * Creates stored {@linkcode ModelLists}, and their rows, which must be restored before there are accounts.
 *
 * @param onListed Called when another gateway on the same store received an account's list.
 */
export function keptLists(keeper: Keeper, onListed: (accountId: string) => void): KeptLists {
  /** Accounts whose list has not been restored yet, by its digest. */
  const waiting = new Map<string, string[]>();
  function restore({ key: [what, name = ""], value }: KeptRow<KeptListRow>): void {
    if (what === ACCOUNT && "list" in value) {
      const accountIds = waiting.get(value.list);
      // Thousands of accounts may share a list: copying the array for each would take quadratic time.
      if (accountIds === undefined) waiting.set(value.list, [name]);
      else accountIds.push(name);
    } else if (what === LIST && "models" in value) {
      // The rows of accounts come first. A list that no account refers to was left by a crash.
      if (!waiting.has(name)) rows.delete([LIST, name]);
      for (const accountId of waiting.get(name) ?? []) {
        lists.adopt(accountId, { digest: name, models: value.models });
      }
      waiting.delete(name);
    }
  }
  async function adopt(accountId: string, digest: string): Promise<void> {
    if (!lists.adopt(accountId, { digest })) {
      // A list's row is written before the rows of accounts that refer to it.
      const row = await rows.read([LIST, digest]);
      if (row === undefined || !("models" in row)) return;
      lists.adopt(accountId, { digest, models: row.models });
    }
    onListed(accountId);
  }
  const rows = keeper.open<KeptListRow>(MODEL_LISTS, {
    restore: (kept) => kept.forEach(restore),
    adopt(changes) {
      for (const { key: [what, name = ""], value } of changes) {
        // The roster reports deleted accounts.
        if (what !== ACCOUNT || value === undefined || !("list" in value)) continue;
        // If the store is unreachable, this gateway still refreshes the list itself.
        adopt(name, value.list).catch(ignore);
      }
    },
  });
  const lists = new ModelLists({
    listed: (accountId, list) => rows.put([ACCOUNT, accountId], { list }),
    forgotten: (accountId) => rows.delete([ACCOUNT, accountId]),
    added(digest, models) {
      const { length } = utf8Bytes(JSON.stringify(models));
      if (length <= LONGEST_LIST) rows.put([LIST, digest], { models });
    },
    unused: (digest) => rows.delete([LIST, digest]),
  });
  return { lists, rows };
}

function isModel(value: unknown): value is Model {
  return isJsonObject(value) && typeof value["name"] === "string";
}
