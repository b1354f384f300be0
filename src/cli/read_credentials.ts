/**
 * The `--credentials` flag of an account to be added.
 *
 * @module
 */
import { isCleartext } from "../accounts/base_url.ts";
import { readUserFile } from "./read_user_file.ts";
import type { Terminal } from "./terminal.ts";

/** How a credentials file is read. */
export interface CredentialsContext<T> {
  /** Reads the file's text; throws for a file of the wrong kind. */
  readonly parse: (text: string) => T;
  readonly terminal: Terminal;
}

/** Reads a credentials file; warns of one that sends its secrets unencrypted. */
export async function readCredentials<T extends { readonly tokenUri: string }>(
  path: string,
  { parse, terminal }: CredentialsContext<T>,
): Promise<T> {
  const credential = parse(await readUserFile(path, "credentials file"));
  if (isCleartext(credential.tokenUri)) {
    terminal.err("Warning: the credentials file's token_uri is not encrypted; tokens can be read");
  }
  return credential;
}
