/**
 * An API key from where the user keeps it. Never from an argument: other users of the machine see
 * those, and shells remember them.
 *
 * @module
 */
import { Secret } from "../accounts/secret.ts";
import { UsageError } from "./fail.ts";
import { readUserFile } from "./read_user_file.ts";
import type { Terminal } from "./terminal.ts";

/** Where the key may come from; exactly one is to be given. */
export interface KeySource {
  readonly keyEnv?: string;
  readonly keyFile?: string;
  readonly keyStdin?: boolean;
}

/**
 * Reads the key, less one line break at its end.
 *
 * @throws {UsageError} unless exactly one source is given.
 * @throws {Error} when there is nothing in it, or something that is no key.
 */
export async function readApiKey(source: KeySource, terminal: Terminal): Promise<Secret> {
  const { where, text } = await readSource(source, terminal);
  const key = text.replace(/\r?\n$/, "");
  if (key === "") throw new Error(`The key in ${where} is empty`);
  // Only these can be sent in a header; a blank in a key is a mistake of copying.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new Error(`The key in ${where} has blanks, line breaks or other signs that no key has`);
  }
  return new Secret(key);
}

async function readSource(
  { keyEnv, keyFile, keyStdin }: KeySource,
  terminal: Terminal,
): Promise<{ readonly where: string; readonly text: string }> {
  const given = [keyEnv, keyFile, keyStdin].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError("Say where the key is with one of --key-env, --key-file and --key-stdin");
  }
  if (keyEnv !== undefined) {
    const text = terminal.env(keyEnv);
    if (text === undefined) {
      throw new Error("The variable that --key-env names is not set; export it first");
    }
    return { where: `the variable "${keyEnv}"`, text };
  }
  if (keyFile !== undefined) {
    return { where: `"${keyFile}"`, text: await readUserFile(keyFile, "key file") };
  }
  return { where: "standard input", text: await terminal.readInput() };
}
