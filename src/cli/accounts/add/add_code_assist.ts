/**
 * `pollux accounts add code-assist`.
 *
 * @module
 */
import { parseCredentialsFile } from "../../../accounts/credentials/credentials_file.ts";
import { outboundOf } from "../../../upstream/outbound.ts";
import type { AccountsOptions } from "../accounts_options.ts";
import { agreeToRisk } from "./agree_to_risk.ts";
import { projectGroupOf, type ProjectGroupOption } from "./checked_project_group.ts";
import { baseUrlsOf } from "./base_urls_of.ts";
import { findAccountProject } from "../../../daemon/find_account_project.ts";
import { withAccountBook } from "../with_account_book.ts";
import { printAdded } from "../print_account.ts";
import { projectHint } from "./project_hint.ts";
import { readCredentials } from "./read_credentials.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Flags of the command. */
export interface AddCodeAssistOptions extends AccountsOptions, ProjectGroupOption {
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
  const group = projectGroupOf(options);
  const hint = projectHint(options.project, terminal);
  const { credential, ...rest } = await readCredentials(options.credentials, {
    parse: parseCredentialsFile,
    terminal,
  });
  const account = await withAccountBook(async (book) => {
    await book.checkFree(name);
    agreeToRisk(options, { terminal, question: "Add the account anyway?" });
    const finding = await findAccountProject(
      { credential, baseUrls, hint, outbound: outboundOf(rest) },
      { say: (line) => terminal.err(line) },
    );
    return await book.add({ name, kind, baseUrls, ...group, ...finding, ...rest });
  }, { options, terminal });
  printAdded(account, { options, terminal });
}
