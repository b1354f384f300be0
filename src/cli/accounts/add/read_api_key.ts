/**
 * Reads an API key from a variable, a file, standard input or the terminal.
 *
 * @module
 */
import { isApiKey, NO_API_KEY } from "../../../accounts/api_key.ts";
import { Secret } from "../../../accounts/secret.ts";
import { readSecretText } from "../../terminal/read_secret_text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** The sources of the key: exactly one must be given, or the user at a terminal is asked. */
export interface KeySource {
  readonly keyEnv?: string;
  readonly keyFile?: string;
  readonly keyStdin?: boolean;
}

/**
 * Reads the key, without one line break at its end.
 *
 * @throws {UsageError} unless exactly one source is given, or none and standard input is a terminal.
 * @throws {Error} when it is empty or not a key.
 */
export async function readApiKey(source: KeySource, terminal: Terminal): Promise<Secret> {
  const { keyEnv: env, keyFile: file, keyStdin: stdin } = source;
  const { where, text: key } = await readSecretText({ env, file, stdin }, {
    what: "key",
    terminal,
  });
  if (!isApiKey(key)) throw new Error(`The key in ${where} ${NO_API_KEY}`);
  return new Secret(key);
}
