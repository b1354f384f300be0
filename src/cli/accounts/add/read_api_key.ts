/**
 * An API key from where the user keeps it.
 *
 * @module
 */
import { Secret } from "../../../accounts/secret.ts";
import { readSecretText } from "../../terminal/read_secret_text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Where the key may come from; exactly one is to be given, or the user at a terminal is asked. */
export interface KeySource {
  readonly keyEnv?: string;
  readonly keyFile?: string;
  readonly keyStdin?: boolean;
}

/**
 * Reads the key, less one line break at its end.
 *
 * @throws {UsageError} unless exactly one source is given, or none and somebody is there to be asked.
 * @throws {Error} when there is nothing in it, or something that is not a key.
 */
export async function readApiKey(source: KeySource, terminal: Terminal): Promise<Secret> {
  const { keyEnv: env, keyFile: file, keyStdin: stdin } = source;
  const { where, text: key } = await readSecretText({ env, file, stdin }, {
    what: "key",
    terminal,
  });
  // Only these can be sent in a header; a blank in a key is a mistake of copying.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new Error(
      `The key in ${where} has spaces, line breaks or other characters that a key cannot have`,
    );
  }
  return new Secret(key);
}
