/**
 * The flags of `pollux connect` and `disconnect`.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";

/** The flags as parsed. */
export interface ConnectOptions {
  readonly url?: string;
  readonly keyEnv?: string;
  readonly keyFile?: string;
  readonly keyStdin?: boolean;
  readonly model?: string;
  readonly smallModel?: string;
  readonly print?: boolean;
  readonly yes?: boolean;
  readonly config?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Adds them. */
export function withConnectOptions(command: Command): Command {
  return command
    .option("--print", "only show what would change")
    .option("--yes", "do not ask")
    .option("--url <url>", "the gateway's address (default: that of the gateway here)", urlOf)
    .option("--key-env <name>", "variable with the client's key")
    .option("--key-file <file>", "file with the client's key")
    .option("--key-stdin", "read the client's key from standard input")
    .option("--model <model>", "the model to use (default: the newest Pro)", modelOf)
    .option("--small-model <model>", "for small tasks (default: the newest Flash)", modelOf)
    .option("--config <file>", "configuration file")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print the list of clients as JSON");
}

/** An address without a slash at its end. */
function urlOf(text: string): string {
  const url = URL.parse(text);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || /\/(?:v1|v1beta)(?:\/openai)?\/*$/.test(url.pathname)) {
    throw new InvalidArgumentError(
      "It must be the address of the gateway alone, as in http://127.0.0.1:8045",
    );
  }
  return url.href.replace(/\/+$/, "");
}

function modelOf(text: string): string {
  if (/^[a-zA-Z][\w.:@/-]{0,199}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the name of a model, as in gemini-2.5-pro");
}
