/**
 * What commands say about who needs a key once one was made.
 *
 * @module
 */
import { AccountBook } from "../../accounts/account_book.ts";
import { unknownAccounts } from "../../accounts/unknown_accounts.ts";
import { loadConfig } from "../../config/load_config.ts";
import { gatewaySettings } from "../../daemon/gateway_settings.ts";
import type { ClientKey } from "../../keys/client_key.ts";
import type { KeyBook } from "../../keys/key_book.ts";
import { keyPolicy } from "../../server/access/key_policy.ts";
import type { Store } from "../../store/open_store.ts";
import { configSources } from "../config/config_sources.ts";
import type { KeysContext } from "./with_key_book.ts";
import { viewOfKey } from "../../keys/key_view.ts";

/** Who needs a key, by the settings that a gateway here would use. */
interface Need {
  readonly isOff: boolean;
  readonly hasApiKey: boolean;
}

/** What the first key changes. */
export async function firstKeyHint(context: KeysContext): Promise<string> {
  const { isOff, hasApiKey } = await needOf(context);
  const always = "every request needs a key, also after the last one has expired or was removed";
  if (isOff) {
    return `This is the first key. No request needs one, because auth.mode is off; in other modes, ${always}.`;
  }
  return hasApiKey
    ? "This is the first key. Requests need a key already, because auth.api_key is set, and that one stays " +
      "valid. From now on, each key uses only the files and other resources that it made itself."
    : `This is the first key: from now on ${always}.`;
}

/** Warns if no key is left that opens the gateway; undefined if one does, or none is needed. */
export async function noKeyHint(book: KeyBook, context: KeysContext): Promise<string | undefined> {
  const { keys } = await book.list();
  const nowMs = Date.now();
  if (keys.some((key) => viewOfKey(key, nowMs).state === "valid")) return undefined;
  const { isOff, hasApiKey } = await needOf(context);
  if (isOff) return undefined;
  return hasApiKey
    ? "No client key is valid any more; only auth.api_key opens the gateway"
    : "No key is valid any more, so every request is refused. Create one: pollux keys create NAME";
}

/** Warns of names in `--accounts` that no account has as its name or label; undefined if there are none. */
export async function unknownAccountsHint(
  { accounts: wanted }: Pick<ClientKey, "accounts">,
  store: Pick<Store, "accounts">,
): Promise<string | undefined> {
  if (wanted.length === 0) return undefined;
  const { accounts } = await new AccountBook(store.accounts, Date).list();
  const words = unknownAccounts(wanted, accounts);
  return words && `Warning: ${words}`;
}

async function needOf({ options, terminal }: KeysContext): Promise<Need> {
  const { config } = await loadConfig(configSources(options.config, terminal));
  const settings = gatewaySettings(config);
  const { asks } = keyPolicy(settings, { exist: true });
  return { isOff: asks === "never", hasApiKey: Boolean(settings.auth.apiKey) };
}
