/**
 * The key that `serve` makes when others can reach the gateway and there is none.
 *
 * @module
 */
import { refusedPublicHost } from "../doctor/check_exposure.ts";
import { gatewaySettings } from "../../daemon/gateway_settings.ts";
import type { Config } from "../../config/schema.ts";
import { ConfigError } from "../../config/config_error.ts";
import { KeyBook } from "../../keys/key_book.ts";
import { isLoopbackHost, keyPolicy } from "../../server/access/key_policy.ts";
import type { Store } from "../../store/open_store.ts";
import { flagFor } from "../terminal/data_dir_flag.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The name of the key. */
const NAME = "first";

/** What a start knows. */
export interface FirstKeyContext {
  readonly store: Pick<Store, "clientKeys">;
  readonly terminal: Pick<Terminal, "isInteractive" | "out">;
  /** The value of `--data-dir`, if given. */
  readonly dataDir?: string | undefined;
}

/**
 * Makes a key and shows it, if others can reach the gateway but no key opens it. On loopback, `server.allowed_hosts`
 * means a proxy or a tunnel on this machine: the gateway starts there and refuses every request, with a warning.
 *
 * @returns Whether it made one.
 * @throws {ConfigError} When nobody can read the key, since this is no terminal: a service must not write it to its
 * log.
 */
export async function showFirstKey(
  config: Config,
  { store, terminal, dataDir }: FirstKeyContext,
): Promise<boolean> {
  const { host } = config.server;
  if (isLoopbackHost(host) || !keyPolicy(gatewaySettings(config)).refusesAll) return false;
  const book = new KeyBook(store.clientKeys, Date);
  if (await book.revision() > 0n) return false;
  if (!terminal.isInteractive) {
    const where = flagFor(dataDir);
    throw new ConfigError(
      `Others can reach this gateway, since server.host is "${host}", but no key opens it. Create one, and start it again: ` +
        `pollux keys create NAME${where}`,
    );
  }
  const settings = { name: NAME, labels: [], limits: {}, allow: [], deny: [], accounts: [] };
  const { text } = await book.create(settings);
  terminal.out(
    `Others can reach this gateway, so requests need a key. This one was made, and is shown only now:\n\n` +
      `  ${text}\n\n` +
      `It is named "${NAME}"; "pollux keys" lists, limits and removes keys.`,
  );
  return true;
}

/**
 * Tells the user what to give to others.
 *
 * @param address Undefined if it is not known.
 */
export function handOutHint(
  address: string | undefined,
  config: Config,
): string {
  if (address === undefined) {
    return "Give the key to others with the address of this machine in your network, and the port above";
  }
  const hint = `Give the key to others with the address ${address}`;
  const host = refusedPublicHost(gatewaySettings(config).server);
  return host === undefined
    ? hint
    : `${hint}. Add "${host}" to server.allowed_hosts, unless a proxy sends another Host`;
}
