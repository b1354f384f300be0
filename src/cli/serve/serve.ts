/**
 * `pollux serve`: the gateway on the user's own accounts.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { readSubjectTokenFile } from "../accounts/add/read_subject_token.ts";
import { randomBytes } from "node:crypto";
import { defaultAccount } from "../../accounts/default_account.ts";
import { Secret } from "../../accounts/secret.ts";
import { exposedSecrets } from "../../config/exposed_secrets.ts";
import { loadConfig } from "../../config/load_config.ts";
import { acquireDataLock } from "../../store/folder/data_lock.ts";
import { GatewayFile } from "../../store/folder/gateway_file.ts";
import { openStore } from "../../store/open_store.ts";
import { addressForOthers, isAnyAddress } from "./address_for_others.ts";
import { applyNetwork } from "./apply_network.ts";
import { configSources } from "../config/config_sources.ts";
import { handOutHint, showFirstKey } from "./first_key.ts";
import { folderLocation } from "../folder_location.ts";
import { allDisabledHint, noAccountHint } from "./no_account_hint.ts";
import { ownAddress } from "./own_address.ts";
import type { LocalAddress } from "../../daemon/listeners.ts";
import { runGateway } from "../../daemon/run_gateway.ts";
import { locationOf } from "../store_location.ts";
import { trustHint } from "./trust_hint.ts";
import { gatewayTls } from "../../daemon/tls/gateway_tls.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The flags as parsed. */
export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly config?: string;
  readonly dataDir?: string;
  readonly tlsSelfSigned?: boolean;
  /** Handles signals during the start; disposed of once the gateway listens and handles them itself. */
  readonly starting: Disposable;
}

/** Serves until the process gets a stop signal. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const sources = {
    ...configSources(options.config, terminal),
    flags: { server: listenFlags(options) },
  };
  const loaded = await loadConfig(sources);
  const { config } = loaded;
  const exposed = await exposedSecrets(loaded);
  if (exposed !== undefined) {
    terminal.err(`WARNING: ${exposed.message}.\n         ${exposed.remedy}`);
  }
  await applyNetwork(config, terminal);
  const isForAny = isAnyAddress(config.server.host);
  let own = isForAny && options.tlsSelfSigned ? await ownAddress() : undefined;
  const tls = await gatewayTls(config, {
    isSelfSigned: options.tlsSelfSigned ?? false,
    ...defined({ ownAddress: own }),
  });
  const folder = folderLocation(options, terminal);
  const location = await locationOf(config.store, options, terminal);
  // Several gateways may use a shared store, but each still has its own folder.
  using _lock = acquireDataLock(folder.dataDir);
  using store = await openStore("url" in location ? location : { ...location, isLocked: true });
  const isFirst = await showFirstKey(config, { store, terminal, dataDir: options.dataDir });
  if (isFirst && isForAny) own ??= await ownAddress();
  using file = new GatewayFile(folder.dataDir);
  const adminKey = new Secret(config.admin.key ?? randomBytes(32).toString("base64url"));
  await runGateway({
    config,
    origins: loaded.origins,
    sources,
    store,
    fallback: defaultAccount({ env: terminal.env, clock: { now: () => Date.now() } }),
    warn: (lines) => terminal.err(lines),
    readSubjectToken: readSubjectTokenFile,
    adminKey,
    tls,
    onStop: () => file[Symbol.dispose](),
    onLocal: (address) => file.write({ ...onThisMachine(address), adminKey: adminKey.reveal() }),
    onListen(urls, { accountCount, disabledCount, keyPolicy }) {
      options.starting[Symbol.dispose]();
      for (const url of urls) terminal.out(`Pollux listens on ${url}`);
      const hint = trustHint(tls, folder);
      if (hint !== undefined) terminal.out(hint);
      if (isFirst) {
        const address = addressForOthers({ config, tls, urls, ownAddress: own });
        terminal.out(handOutHint(address, config));
      }
      terminal.out(keyPolicy.words);
      terminal.out(
        accountCount > 0
          ? `It serves requests through ${accountCount} account${accountCount === 1 ? "" : "s"}`
          : disabledCount > 0
          ? allDisabledHint(disabledCount, options.dataDir)
          : noAccountHint(options.dataDir),
      );
    },
  });
}

/** Replaces the addresses that mean all interfaces with loopback. */
export function onThisMachine({ url, admin, ...rest }: LocalAddress): LocalAddress {
  return {
    ...rest,
    url: url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:"),
    ...(admin === undefined ? {} : { admin: onThisMachine(admin) }),
  };
}

/** The flags that override keys of the configuration. */
export function listenFlags(
  { host, port }: Pick<ServeOptions, "host" | "port">,
): Record<string, unknown> {
  return {
    ...defined({ host, port }),
  };
}
