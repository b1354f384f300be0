/**
 * `pollux keys create` and `rotate`: the commands that show a key.
 *
 * @module
 */
import type { ShownKey } from "../../keys/key_book.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { firstKeyHint, unknownAccountsHint } from "./key_hints.ts";
import { changedSettings, type KeyOptions } from "./key_options.ts";
import { viewOfKey } from "../../keys/key_view.ts";
import { withKeyBook } from "./with_key_book.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The flags of a command that shows a key. */
interface ShowOptions extends AccountsOptions {
  /** Whether standard output has the key and nothing else, for scripts. */
  readonly keyOnly?: boolean;
}

const NOTHING_SET = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };

/** How a key in a state in which it opens nothing becomes valid. */
const REMEDIES: Readonly<Record<string, (name: string) => string>> = {
  expired: (name) => `edit ${name} --expires 30d`,
  disabled: (name) => `enable ${name}`,
};

/** Creates a key, and shows it. */
export async function createKey(
  name: string,
  options: KeyOptions & ShowOptions,
  terminal: Terminal,
): Promise<void> {
  const { shown, isFirst, warning } = await withKeyBook(async (book, store) => {
    const isFirst = await book.revision() === 0n;
    const shown = await book.create(changedSettings({ ...NOTHING_SET, name }, options));
    return { shown, isFirst, warning: await unknownAccountsHint(shown.key, store) };
  }, { options, terminal });
  show(shown, { options, terminal, done: `Created the key "${name}":` });
  if (warning !== undefined) terminal.err(warning);
  if (!isFirst) return;
  const hint = await firstKeyHint({ options, terminal });
  if (options.json || options.keyOnly) terminal.err(hint);
  else terminal.out(hint);
}

/** Replaces the text of a key, and shows the new one. */
export async function rotateKey(
  name: string,
  options: ShowOptions & { readonly grace: number },
  terminal: Terminal,
): Promise<void> {
  const shown = await withKeyBook((book) => book.rotate(name, options.grace), {
    options,
    terminal,
  });
  show(shown, { options, terminal, done: `The key "${name}" is now:` });
  const { state, formerValidUntil } = viewOfKey(shown.key, Date.now());
  const remedy = REMEDIES[state];
  if (remedy !== undefined) {
    terminal.err(
      `Warning: the key "${name}" is ${state}, so its new text opens nothing: pollux keys ${
        remedy(name)
      }`,
    );
    return;
  }
  if (options.json || options.keyOnly) return;
  terminal.out(
    formerValidUntil === undefined
      ? "The former one is not valid any more."
      : `The former one is valid until ${formerValidUntil} as well.`,
  );
}

function show(
  { key, text }: ShownKey,
  { options, terminal, done }: {
    readonly options: ShowOptions;
    readonly terminal: Terminal;
    readonly done: string;
  },
): void {
  if (options.json) {
    terminal.out(JSON.stringify({ ...viewOfKey(key, Date.now()), key: text }, undefined, 2));
    return;
  }
  if (options.keyOnly) {
    terminal.out(text);
    return;
  }
  terminal.out(`${done}\n\n  ${text}\n`);
  terminal.out(
    "It is shown only now; Pollux keeps its digest. Clients send it in place of a Gemini API key.",
  );
}
