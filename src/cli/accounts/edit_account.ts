/**
 * `pollux accounts edit`.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import type { AccountChange } from "../../accounts/account_change.ts";
import { ACCOUNT_KINDS } from "../../gemini/api/account_kinds.ts";
import { KIND_RULES } from "../../accounts/kind_rules.ts";
import { type Unfit, unfitChange } from "../../accounts/unfit_change.ts";
import { type BaseUrlContext, baseUrlsOf } from "./add/base_urls_of.ts";
import { changeOf, type EditOptions } from "./edit_options.ts";
import { UsageError } from "../terminal/fail.ts";
import { printChange } from "./print_account.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { withAccountBook } from "./with_account_book.ts";

/** Changes the settings of one account that the flags name, and nothing else. */
export async function editAccount(
  name: string,
  options: EditOptions,
  terminal: Terminal,
): Promise<void> {
  const change = await changeOf(options, terminal);
  if (Object.keys(change).length === 0 && options.baseUrl === undefined) {
    throw new UsageError("Name what to change, as in --weight 2 or --no-weight; see --help");
  }
  const account = await withAccountBook(async (book) => {
    const account = await book.get(name);
    checkFits(change, account);
    const { kind, location } = { ...account, ...change };
    const context = { kind, location, terminal };
    return await book.edit(name, { ...change, ...baseUrlChange(options, context) });
  }, { options, terminal });
  printChange(account, { options, terminal, sentence: `Account "${account.name}" is changed` });
}

/** Refuses a key, project or location for an account that cannot have one, and their removal where needed. */
function checkFits(change: AccountChange, account: Account): void {
  const unfit = unfitChange(change, account);
  if (unfit !== undefined) throw new UsageError(UNFIT_WORDS[unfit](account));
}

const UNFIT_WORDS: Readonly<Record<Unfit, (account: Account) => string>> = {
  "no-key": ({ name }) =>
    `The account "${name}" has no API key. "pollux login" renews a sign-in; for another ` +
    "credential, remove the account and add it again",
  "project-of-key": () =>
    "An API key belongs to a project; --project and --location are for other accounts",
  "no-location": () => {
    const titles = ACCOUNT_KINDS.map((kind) => KIND_RULES[kind])
      .filter(({ needs }) => needs.includes("location")).map(({ title }) => title);
    return `--location is for accounts of ${titles.join(" and ")}`;
  },
  "needs-project": ({ kind }) =>
    `An account of ${KIND_RULES[kind].title} needs a project; name another with --project`,
};

function baseUrlChange({ baseUrl }: EditOptions, context: BaseUrlContext): AccountChange {
  if (baseUrl === undefined) return {};
  return { baseUrls: baseUrlsOf(baseUrl === false ? [] : baseUrl, context) };
}
