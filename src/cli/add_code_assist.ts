/**
 * `pollux accounts add code-assist`.
 *
 * @module
 */
import { parseCredentialsFile } from "../accounts/credentials_file.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { baseUrlsOf } from "./base_urls_of.ts";
import { checkedProject } from "./checked_project.ts";
import { UsageError } from "./fail.ts";
import { withAccountBook } from "./with_account_book.ts";
import { printAdded } from "./print_account.ts";
import { readCredentials } from "./read_credentials.ts";
import type { Terminal } from "./terminal.ts";

/** Flags of the command. */
export interface AddCodeAssistOptions extends AccountsOptions {
  readonly credentials: string;
  readonly project?: string;
  readonly baseUrl: readonly string[];
  readonly yes?: boolean;
}

/** Google's position on what the user is about to do, in plain words. */
const GOOGLES_POSITION = `Before you add a Code Assist account:
Google's terms for Gemini Code Assist cover Google's own clients. Pollux is not one of them, and says
so in every call. Google may refuse calls that come through it, and may suspend the account that makes
them. Since June 2026 Google refuses third-party and older clients on the consumer tiers; Standard and
Enterprise, with a Google Cloud project of your own, are reported to work.`;

/** Adds an account of Gemini Code Assist, once the user agreed to the risk. */
export async function addCodeAssist(
  name: string,
  options: AddCodeAssistOptions,
  terminal: Terminal,
): Promise<void> {
  const kind = "code-assist";
  const baseUrls = baseUrlsOf(options.baseUrl, { kind, terminal });
  const project = options.project === undefined ? undefined : checkedProject(options.project);
  const credential = await readCredentials(options.credentials, {
    parse: parseCredentialsFile,
    terminal,
  });
  const account = await withAccountBook(async (book) => {
    await book.checkFree(name);
    askOnce(options, terminal);
    return await book.add({
      name,
      kind,
      baseUrls,
      ...(project === undefined ? {} : { project }),
      credential,
    });
  }, { options, terminal });
  printAdded(account, { options, terminal });
}

/**
 * Tells Google's position and asks.
 *
 * @throws {Error} when the user declines, or nobody is there to be asked.
 */
function askOnce(options: AddCodeAssistOptions, terminal: Terminal): void {
  terminal.err(GOOGLES_POSITION);
  if (options.yes) return;
  if (!terminal.isInteractive) {
    throw new UsageError(
      "Nobody is there to be asked; read the above, and repeat the command with --yes if you agree",
    );
  }
  if (!terminal.confirm("Add the account all the same?")) throw new Error("Nothing was added");
}
