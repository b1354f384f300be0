/**
 * Reads the files that accounts are imported from.
 *
 * @module
 */
import { join } from "node:path";
import type { SourceFile } from "../../../accounts/import/import_format.ts";
import { UsageError } from "../../terminal/fail.ts";
import { readUserFile } from "../../terminal/read_user_file.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Largest file, in bytes: enough for tens of thousands of exported accounts. */
export const LARGEST_BYTES = 64 * 1024 * 1024;

/** The files that were read, and those that could not be. */
export interface ImportSource {
  readonly files: readonly SourceFile[];
  readonly unreadable: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Reads a file, every `.json` file of a folder in order of its name, or standard input for `-`.
 *
 * @throws {Error} when there is nothing to read.
 */
export async function readSource(path: string, terminal: Terminal): Promise<ImportSource> {
  if (path === "-") {
    return {
      files: [{ name: "standard input", text: await terminal.readInput() }],
      unreadable: [],
    };
  }
  const names = await jsonFilesIn(path);
  if (names === undefined) {
    return { files: [{ name: path, text: await read(path) }], unreadable: [] };
  }
  const files: SourceFile[] = [];
  const unreadable: { name: string; reason: string }[] = [];
  for (const name of names) {
    try {
      files.push({ name, text: await read(join(path, name)) });
    } catch {
      // The error's message contains the file name, which may be an e-mail address.
      unreadable.push({ name, reason: "It cannot be read, or is too large" });
    }
  }
  return { files, unreadable };
}

/**
 * Returns the path where the program that writes a format keeps its files.
 *
 * @throws {UsageError} when the format has no such path, or the environment does not define it.
 */
export function usualPlace(format: string, terminal: Terminal): string {
  const home = terminal.env("HOME") || terminal.env("USERPROFILE");
  const place = placeOf(format, { home, env: terminal.env });
  if (place !== undefined) return place;
  throw new UsageError(
    `Name the file with the accounts, as in: pollux accounts import --from ${format} FILE`,
  );
}

function placeOf(
  format: string,
  { home, env }: { readonly home: string | undefined; readonly env: Terminal["env"] },
): string | undefined {
  if (format === "adc") {
    const named = env("GOOGLE_APPLICATION_CREDENTIALS");
    if (named) return named;
    // As gcloud itself finds its folder.
    const roaming = Deno.build.os === "windows" ? env("APPDATA") : home && join(home, ".config");
    const folder = env("CLOUDSDK_CONFIG") || (roaming && join(roaming, "gcloud"));
    return folder ? join(folder, "application_default_credentials.json") : undefined;
  }
  const below = new Map([
    ["gemini-cli", ".gemini/oauth_creds.json"],
    ["cliproxyapi", ".cli-proxy-api"],
    ["antigravity", ".antigravity_tools/accounts"],
  ]).get(format);
  return home && below ? join(home, below) : undefined;
}

/** The names of the files in a folder; undefined when there is no such folder. */
async function jsonFilesIn(path: string): Promise<readonly string[] | undefined> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info?.isDirectory) return undefined;
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.filter(({ name, isDirectory }) => !isDirectory && name.endsWith(".json"))
    .map(({ name }) => name).sort();
}

function read(path: string): Promise<string> {
  return readUserFile(path, "file of accounts", { largestBytes: LARGEST_BYTES });
}
