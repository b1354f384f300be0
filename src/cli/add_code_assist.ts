/**
 * `pollux accounts add code-assist`.
 *
 * @module
 */
import { parseCredentialsFile } from "../accounts/credentials_file.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { agreeToRisk } from "./agree_to_risk.ts";
import { baseUrlsOf } from "./base_urls_of.ts";
import { checkedProject } from "./checked_project.ts";
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
    agreeToRisk(options, { terminal, question: "Add the account all the same?" });
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
