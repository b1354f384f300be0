/**
 * The `--credentials` flag of an account to be added.
 *
 * @module
 */
import type { TokenCredential } from "../../../accounts/account.ts";
import { cleartextAddresses } from "../../../accounts/network/cleartext_addresses.ts";
import { quotaProjectOf } from "../../../accounts/credentials/credentials_file.ts";
import { defined } from "../../../base/defined.ts";
import { readUserFile } from "../../terminal/read_user_file.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** How a credentials file is read. */
export interface CredentialsContext<T> {
  /** Reads the file's text; throws for a file of the wrong kind. */
  readonly parse: (text: string) => T;
  readonly terminal: Terminal;
}

/** The parts of an account that a credentials file contains. */
export interface CredentialsFinding<T> {
  readonly credential: T;
  /** The quota project, if the file names one, as `gcloud auth application-default login` does. */
  readonly quotaProject?: string;
}

/** Reads a credentials file; warns if its URLs would receive secrets unencrypted. */
export async function readCredentials<T extends TokenCredential>(
  path: string,
  { parse, terminal }: CredentialsContext<T>,
): Promise<CredentialsFinding<T>> {
  const text = await readUserFile(path, "credentials file");
  const credential = parse(text);
  for (const member of cleartextAddresses(credential)) {
    terminal.err(
      `Warning: the credentials file's ${member} is not encrypted; others on the network can read tokens`,
    );
  }
  const quotaProject = quotaProjectOf(text);
  return { credential, ...defined({ quotaProject }) };
}
