/**
 * The data folder that a command's flags and environment select, and the source of its sealing key.
 *
 * @module
 */
import { dataDir } from "../config/paths.ts";
import type { FolderLocation } from "../store/open_store.ts";
import type { AccountsOptions } from "./accounts/accounts_options.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Returns the folder; prints a note when its database is backed up before a migration. */
export function folderLocation(
  options: Pick<AccountsOptions, "dataDir">,
  terminal: Pick<Terminal, "env" | "err">,
): FolderLocation {
  const { env } = terminal;
  return {
    dataDir: dataDir(options.dataDir, { os: Deno.build.os, env }),
    masterKeyFile: env("POLLUX_MASTER_KEY_FILE"),
    credentialsDirectory: env("CREDENTIALS_DIRECTORY"),
    onBackup: (path) =>
      terminal.err(
        `Upgrading the data folder for this version of Pollux. A copy of the former database is in "${path}"; ` +
          "only the present key opens it",
      ),
  };
}
