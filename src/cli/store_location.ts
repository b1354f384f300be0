/**
 * The store that a command's flags, environment and configuration select.
 *
 * @module
 */
import { isCleartext } from "../accounts/base_url.ts";
import { networkFetch } from "../accounts/network/network.ts";
import { Secret } from "../accounts/secret.ts";
import { loadConfig } from "../config/load_config.ts";
import type { Config } from "../config/schema.ts";
import type { FolderLocation } from "../store/open_store.ts";
import type { SharedLocation } from "../store/store_parts.ts";
import type { AccountsOptions } from "./accounts/accounts_options.ts";
import { applyNetwork } from "./serve/apply_network.ts";
import { configSources } from "./config/config_sources.ts";
import { folderLocation } from "./folder_location.ts";
import { readUserFile } from "./terminal/read_user_file.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Returns the store for a command that reads no other settings. */
export async function storeLocation(
  options: Pick<AccountsOptions, "config" | "dataDir">,
  terminal: Terminal,
): Promise<FolderLocation | SharedLocation> {
  const { config } = await loadConfig(configSources(options.config, terminal));
  await applyNetwork(config, terminal);
  return await locationOf(config.store, options, terminal);
}

/**
 * Returns the shared store that the settings name, else the data folder.
 *
 * @throws {Error} when the settings name a server without a token.
 */
export async function locationOf(
  store: Config["store"],
  options: Pick<AccountsOptions, "dataDir">,
  terminal: Pick<Terminal, "env" | "err">,
): Promise<FolderLocation | SharedLocation> {
  const { url } = store;
  if (url === undefined) return folderLocation(options, terminal);
  const token = await readToken(store, terminal);
  if (isCleartext(url)) {
    terminal.err(
      `Warning: "${url}" is not encrypted; others on the network can read its access token`,
    );
  }
  return {
    url,
    fetch: networkFetch,
    accessToken: () => token.reveal(),
    masterKeyFile: terminal.env("POLLUX_MASTER_KEY_FILE"),
    credentialsDirectory: terminal.env("CREDENTIALS_DIRECTORY"),
  };
}

async function readToken(store: Config["store"], { env }: Pick<Terminal, "env">): Promise<Secret> {
  const text = store.token_file === undefined
    ? store.token ?? env("DENO_KV_ACCESS_TOKEN") ?? ""
    : await readUserFile(store.token_file, "access token file");
  const token = text.trim();
  // Other characters cannot be sent in a header.
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token);
  throw new Error(
    `The store at "${store.url}" needs an access token made of letters, digits and signs; name its file ` +
      `in store.token_file, or set POLLUX_STORE_TOKEN`,
  );
}
