/**
 * Reads a secret from a variable, a file, standard input or the terminal. Never from an argument: other
 * users of the machine can see arguments, and shells store them in their history.
 *
 * @module
 */
import { UsageError } from "./fail.ts";
import { readUserFile } from "./read_user_file.ts";
import type { Terminal } from "./terminal.ts";

/** The sources of a secret: exactly one must be given, or the user at a terminal is asked. */
export interface SecretSource {
  readonly env: string | undefined;
  readonly file: string | undefined;
  readonly stdin: boolean | undefined;
}

/** Names of the secret. */
export interface SecretContext {
  /** As its flags and messages name it: `key` for `--key-env`, `--key-file` and `--key-stdin`. */
  readonly what: string;
  readonly terminal: Terminal;
}

/**
 * Reads a secret, without one line break at its end.
 *
 * @returns The text, and a description of its source.
 * @throws {UsageError} unless exactly one source is given, or none and standard input is a terminal.
 * @throws {Error} when it is empty.
 */
export async function readSecretText(
  source: SecretSource,
  context: SecretContext,
): Promise<{ readonly where: string; readonly text: string }> {
  const { where, text } = await readSource(source, context);
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw new Error(`The ${context.what} in ${where} is empty`);
  return { where, text: secret };
}

async function readSource(
  { env, file, stdin }: SecretSource,
  { what, terminal }: SecretContext,
): Promise<{ readonly where: string; readonly text: string }> {
  const given = [env, file, stdin].filter((one) => one !== undefined);
  if (given.length === 0 && terminal.isInteractive) {
    return { where: "your answer", text: terminal.askSecret(`The ${what}, which is not shown:`) };
  }
  if (given.length !== 1) {
    throw new UsageError(
      `Name the ${what} with one of --${what}-env, --${what}-file and --${what}-stdin`,
    );
  }
  if (env !== undefined) {
    const text = terminal.env(env);
    if (text === undefined) {
      throw new Error(`The variable that --${what}-env names is not set; export it first`);
    }
    return { where: `the variable "${env}"`, text };
  }
  if (file !== undefined) {
    return { where: `"${file}"`, text: await readUserFile(file, `${what} file`) };
  }
  return { where: "standard input", text: await terminal.readInput() };
}
