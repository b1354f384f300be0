/**
 * `pollux keys list` and `show`.
 *
 * @module
 */
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { type KeyView, viewOfKey } from "../../keys/key_view.ts";
import { limitWords, modelWords, rightWords } from "./key_words.ts";
import { displayWidth } from "../terminal/display_width.ts";
import { tableLines } from "../terminal/table_lines.ts";
import { fitSection } from "../status/section.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { withKeyBook } from "./with_key_book.ts";

const HEADINGS = [
  ...["NAME", "KEY", "STATE", "LIMITS", "MODELS", "ACCOUNTS", "EXPIRES", "LABELS"],
];

/** Prints a list of all keys; those that cannot be read are reported on standard error. */
export async function listKeys(options: AccountsOptions, terminal: Terminal): Promise<void> {
  const { keys, unreadable } = await withKeyBook((book) => book.list(), { options, terminal });
  for (const name of unreadable) {
    terminal.err(`Warning: the key "${name}" opens nothing, because this version cannot read it`);
  }
  const views = keys.map((key) => viewOfKey(key, Date.now()));
  if (options.json) terminal.out(JSON.stringify(views, undefined, 2));
  else if (views.length === 0) terminal.out("No key yet; create one: pollux keys create NAME");
  else for (const line of listLines(views, terminal.size?.columns)) terminal.out(line);
}

/** Prints one key, without its text. */
export async function showKey(
  name: string,
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const key = await withKeyBook((book) => book.get(name), { options, terminal });
  const view = viewOfKey(key, Date.now());
  if (options.json) {
    terminal.out(JSON.stringify(view, undefined, 2));
    return;
  }
  const { limits, ...rest } = view;
  const words = { ...rest, limits: limitWords(limits) };
  for (const [field, value] of Object.entries(words)) {
    const text = Array.isArray(value) ? value.join(", ") : value;
    if (text !== "") terminal.out(`${field}: ${text}`);
  }
}

/** A table; where the terminal is too narrow for it, what a key may do is folded below the key's name. */
function listLines(views: readonly KeyView[], width = Infinity): readonly string[] {
  const whole = tableLines([HEADINGS, ...views.map(cellsOf)]);
  if (whole.every((line) => displayWidth(line) <= width)) return whole;
  const { heading, rows } = fitSection({
    headings: ["NAME", "KEY", "STATE", "EXPIRES", "MAY USE"],
    optional: ["KEY", "EXPIRES"],
    isFolded: true,
    rows: views.map((view) => {
      const [name = "", key = "", state = "", limits, models, accounts, expiresAt = "", labels] =
        cellsOf(view);
      const facts = Object.entries({
        "": limits,
        "models ": models,
        "accounts ": accounts,
        "labels ": labels,
      });
      const note = facts.flatMap(([what, value]) => value ? [what + value] : []).join("; ");
      return { what: "key", cells: [name, key, state, expiresAt], note };
    }),
  }, width);
  return [heading, ...rows.flatMap(({ lines }) => lines)];
}

function cellsOf(view: KeyView): readonly string[] {
  const { name, key, state, limits, accounts, expiresAt = "", labels } = view;
  return [
    name,
    key,
    state,
    [rightWords(view), limitWords(limits)].filter((words) => words !== "").join(", "),
    modelWords(view),
    accounts.join(", "),
    expiresAt,
    labels.join(", "),
  ];
}
