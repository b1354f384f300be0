/**
 * Reads a passphrase from a file or the terminal. Never from an argument: other users of the machine
 * can see arguments, and shells store them in their history.
 *
 * @module
 */
import { Secret } from "../../accounts/secret.ts";
import { UsageError } from "./fail.ts";
import { readSecretText } from "./read_secret_text.ts";
import type { Terminal } from "./terminal.ts";

/** The source of the passphrase; without a file the user is asked. */
export interface PassphraseSource {
  readonly passphraseFile?: string;
}

/** The prompts of {@linkcode readPassphrase}. */
export interface PassphraseOptions {
  readonly terminal: Terminal;
  /** Asks twice, since data sealed with a mistyped passphrase cannot be opened. */
  readonly isNew: boolean;
}

/**
 * Reads the passphrase; from a file, without one line break at its end.
 *
 * @throws {UsageError} when there is no file, and standard input is not a terminal.
 * @throws {Error} when it is empty, or the two typed ones differ.
 */
export async function readPassphrase(
  { passphraseFile }: PassphraseSource,
  { terminal, isNew }: PassphraseOptions,
): Promise<Secret> {
  if (passphraseFile !== undefined) {
    const source = { env: undefined, file: passphraseFile, stdin: undefined };
    const { text } = await readSecretText(source, { what: "passphrase", terminal });
    return new Secret(text);
  }
  if (!terminal.isInteractive) {
    throw new UsageError(
      "Not a terminal, so cannot ask for a passphrase; name its file with --passphrase-file",
    );
  }
  const passphrase = terminal.askSecret("Passphrase:");
  if (passphrase === "") throw new Error("The passphrase is empty");
  if (isNew && terminal.askSecret("Repeat the passphrase:") !== passphrase) {
    throw new Error("The two passphrases differ; nothing was written");
  }
  return new Secret(passphrase);
}
