/**
 * `pollux accounts add gemini-api`.
 *
 * @module
 */
import type { AccountsOptions } from "../accounts_options.ts";
import { type KeySource, readApiKey } from "./read_api_key.ts";
import { baseUrlsOf } from "./base_urls_of.ts";
import { projectGroupOf, type ProjectGroupOption } from "./checked_project_group.ts";
import { withAccountBook } from "../with_account_book.ts";
import { printAdded } from "../print_account.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Flags of the command. */
export interface AddGeminiApiOptions extends AccountsOptions, KeySource, ProjectGroupOption {
  readonly baseUrl?: string;
}

/** Adds an account of the Gemini API. */
export async function addGeminiApi(
  name: string,
  options: AddGeminiApiOptions,
  terminal: Terminal,
): Promise<void> {
  const kind = "gemini-api";
  const given = options.baseUrl === undefined ? [] : [options.baseUrl];
  const baseUrls = baseUrlsOf(given, { kind, terminal });
  const group = projectGroupOf(options);
  const key = await readApiKey(options, terminal);
  const account = await withAccountBook(
    (book) => book.add({ name, kind, baseUrls, ...group, credential: { type: "api_key", key } }),
    { options, terminal },
  );
  printAdded(account, { options, terminal });
}
