/**
 * `pollux accounts edit`.
 *
 * @module
 */
import type { AccountChange } from "../accounts/account_change.ts";
import { type BaseUrlContext, baseUrlsOf } from "./base_urls_of.ts";
import { changeOf, type EditOptions } from "./edit_options.ts";
import { UsageError } from "./fail.ts";
import { printChange } from "./print_account.ts";
import type { Terminal } from "./terminal.ts";
import { withAccountBook } from "./with_account_book.ts";

/** Changes what the flags name in one account, and nothing else of it. */
export async function editAccount(
  name: string,
  options: EditOptions,
  terminal: Terminal,
): Promise<void> {
  const change = await changeOf(options, terminal);
  if (Object.keys(change).length === 0 && options.baseUrl === undefined) {
    throw new UsageError("Say what to change, as in --weight 2, or --no-weight; see --help");
  }
  const account = await withAccountBook(async (book) => {
    const { kind } = await book.get(name);
    if (kind === "gemini-api" && typeof change.project === "string") {
      throw new UsageError("An API key has its project by itself; --project is for other accounts");
    }
    return await book.edit(name, { ...change, ...baseUrlChange(options, { kind, terminal }) });
  }, { options, terminal });
  printChange(account, { options, terminal, sentence: `Account "${account.name}" is changed` });
}

function baseUrlChange({ baseUrl }: EditOptions, context: BaseUrlContext): AccountChange {
  if (baseUrl === undefined) return {};
  return { baseUrls: baseUrlsOf(baseUrl === false ? [] : baseUrl, context) };
}
