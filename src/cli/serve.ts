/**
 * `pollux serve`: the gateway on the user's own accounts.
 *
 * @module
 */
import { defaultAccount } from "../accounts/default_account.ts";
import { loadConfig } from "../config/load_config.ts";
import { configFile } from "../config/paths.ts";
import { acquireDataLock } from "../store/data_lock.ts";
import { openStore } from "../store/open_store.ts";
import { runGateway } from "./run_gateway.ts";
import { locationOf } from "./store_location.ts";
import type { Terminal } from "./terminal.ts";

/** What the command line said. */
export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly config?: string;
  readonly dataDir?: string;
}

/** Serves until the process is told to stop. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const place = { os: Deno.build.os, env: terminal.env };
  const config = await loadConfig({
    file: {
      path: configFile(options.config, place),
      isChosen: options.config !== undefined,
    },
    env: terminal.env,
    flags: { server: listenFlags(options) },
  });
  const location = await locationOf(config.store, options, terminal);
  const isShared = "url" in location;
  // Several gateways may run on a server, and only one on a folder.
  using _lock = isShared ? undefined : acquireDataLock(location.dataDir);
  using store = await openStore(isShared ? location : { ...location, isLocked: true });
  await runGateway({
    config,
    store,
    fallback: defaultAccount({ env: terminal.env, clock: { now: () => Date.now() } }),
    terminal,
    onListen(url, accountCount) {
      terminal.out(`Pollux listens on ${url}`);
      terminal.out(
        accountCount > 0
          ? `It answers through ${accountCount} account${accountCount === 1 ? "" : "s"}`
          : "It has no account yet. Add one, in another terminal, as in:\n" +
            "  pollux accounts add gemini-api NAME --key-env VARIABLE",
      );
    },
  });
}

/** The flags that stand for keys of the configuration. */
export function listenFlags(
  { host, port }: Pick<ServeOptions, "host" | "port">,
): Record<string, unknown> {
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  };
}
