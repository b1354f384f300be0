/**
 * `pollux keys edit`, `enable`, `disable` and `remove`.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { KeyError } from "../../keys/key_error.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { chosenNames, isOneName } from "../terminal/chosen_names.ts";
import { UsageError } from "../terminal/fail.ts";
import { changedSettings, type KeyOptions } from "./key_options.ts";
import { noKeyHint, unknownAccountsHint } from "./key_hints.ts";
import { viewOfKey } from "../../keys/key_view.ts";
import { type KeysContext, withKeyBook } from "./with_key_book.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Changes what the flags name, and nothing else. */
export async function editKey(
  name: string,
  options: KeyOptions,
  terminal: Terminal,
): Promise<void> {
  const { config: _config, dataDir: _dataDir, json, ...changes } = options;
  if (Object.keys(changes).length === 0) {
    throw new UsageError(
      "Name what to change, as in --tokens-per-day 2M or --no-budget; see --help",
    );
  }
  const { key, warning } = await withKeyBook(async (book, store) => {
    const key = await book.edit(name, ({ expiresAtMs, may, ...key }) => ({
      ...key,
      ...changedSettings({ ...key, ...defined({ expiresAtMs, may }) }, options),
    }));
    return { key, warning: await unknownAccountsHint(key, store) };
  }, { options, terminal });
  terminal.out(
    json
      ? JSON.stringify(viewOfKey(key, Date.now()), undefined, 2)
      : `The key "${name}" is ${key.name === name ? "changed" : `now "${key.name}"`}`,
  );
  if (warning !== undefined) terminal.err(warning);
}

/** Enables or disables the keys that the arguments name. */
export async function switchKeys(
  words: readonly string[],
  { isDisabled, options, terminal }: KeysContext & { readonly isDisabled: boolean },
): Promise<void> {
  const context = { options, terminal };
  const { changed, hint } = await withKeyBook(async (book) => {
    const { keys } = await book.list();
    const names = chosenNames(words, keys.map(({ name }) => name), noMatch);
    for (const name of names) await book.get(name);
    const changed = await Promise.all(
      names.map((name) => book.edit(name, (key) => ({ ...key, isDisabled }))),
    );
    return { changed, hint: isDisabled ? await noKeyHint(book, context) : undefined };
  }, context);
  const views = changed.map((key) => viewOfKey(key, Date.now()));
  if (options.json) {
    terminal.out(JSON.stringify(isOneName(words) ? views[0] : views, undefined, 2));
  } else {
    const state = isDisabled ? "disabled" : "enabled";
    for (const { name } of views) terminal.out(`The key "${name}" is ${state}`);
  }
  if (hint !== undefined) terminal.err(hint);
}

/** Removes the keys that the arguments name after the user confirms; removing a missing key is not an error. */
export async function removeKeys(
  words: readonly string[],
  options: AccountsOptions & { readonly yes?: boolean },
  terminal: Terminal,
): Promise<void> {
  if (!options.yes && !terminal.isInteractive) {
    throw new UsageError("Not a terminal, so cannot ask; use --yes");
  }
  const context = { options, terminal };
  const { removals, hint } = await withKeyBook(async (book) => {
    const { keys, unreadable } = await book.list();
    const names = chosenNames(words, [...keys.map(({ name }) => name), ...unreadable], noMatch);
    if (!options.yes && !terminal.confirm(questionFor(names))) {
      throw new Error("Nothing was removed");
    }
    const removals: { readonly name: string; readonly removed: boolean }[] = [];
    for (const name of names) removals.push({ name, removed: await book.remove(name) });
    return { removals, hint: await noKeyHint(book, context) };
  }, context);
  if (options.json) {
    terminal.out(JSON.stringify(isOneName(words) ? removals[0] : removals));
  } else {
    for (const { name, removed } of removals) {
      terminal.out(removed ? `Removed the key "${name}"` : `There is no key "${name}"`);
    }
  }
  if (hint !== undefined) terminal.err(hint);
}

function questionFor(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`).join(", ");
  return names.length === 1
    ? `Remove the key ${quoted}? What it made is then accessible with auth.api_key only.`
    : `Remove ${names.length} keys (${quoted})? What they made is then accessible with auth.api_key only.`;
}

function noMatch(word: string): Error {
  return new KeyError(`No key matches "${word}"; "pollux keys list" shows all keys`);
}
