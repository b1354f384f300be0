/**
 * The hint that `serve` prints when there is no enabled account.
 *
 * @module
 */
import { flagFor } from "../terminal/data_dir_flag.ts";

/**
 * The hint for an empty store, which names the three kinds of account and the demo.
 *
 * @param dataDir The value of `--data-dir`, if given.
 */
export function noAccountHint(dataDir: string | undefined): string {
  const add = "  pollux accounts add";
  const where = flagFor(dataDir);
  return `It has no account yet, so it cannot serve requests. Add one in another terminal;
the gateway uses it within two seconds, without a restart.

A Gemini API key, from https://aistudio.google.com/apikey; it asks for the key:
${add} gemini-api NAME${where}

Vertex AI, with the JSON key of a service account:
${add} vertex NAME --credentials FILE --location us-central1${where}

Gemini Code Assist, with the file of "gcloud auth application-default login":
${add} code-assist NAME --credentials FILE${where}

In a browser, the page adds them too; this prints its address:
  pollux ui${where}

Or stop this with Ctrl+C, and try emulated responses, without an account:
  pollux demo`;
}

/**
 * The hint for a store whose accounts are all disabled.
 *
 * @param count The number of accounts.
 * @param dataDir The value of `--data-dir`, if given.
 */
export function allDisabledHint(count: number, dataDir: string | undefined): string {
  const where = flagFor(dataDir);
  const disabled = count === 1 ? "1 is disabled" : `${count} are disabled`;
  return `It has no account in use, so it cannot serve requests: ${disabled}.
Enable one in another terminal; the gateway uses it within two seconds, without a restart:
  pollux accounts enable NAME${where}

Their names, and why they are disabled:
  pollux accounts list${where}`;
}
