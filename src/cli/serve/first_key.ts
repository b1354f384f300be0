/**
 * The key that `serve` makes when others can reach the gateway and there is none.
 *
 * @module
 */
import { gatewaySettings } from "../../daemon/gateway_settings.ts";
import type { Config } from "../../config/schema.ts";
import { KeyBook } from "../../keys/key_book.ts";
import { isLoopbackHost, keyPolicy } from "../../server/access/key_policy.ts";
import type { Store } from "../../store/open_store.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The name of the key. */
const NAME = "first";

/**
 * Makes a key and shows it, if others can reach the gateway but no key opens it.
 *
 * @throws {Error} When nobody can read the key, since this is no terminal: a service must not write it to its log.
 */
export async function showFirstKey(
  config: Config,
  store: Pick<Store, "clientKeys">,
  terminal: Terminal,
): Promise<void> {
  const { reachedBy = "", refusesAll } = keyPolicy(gatewaySettings(config));
  if (isLoopbackHost(config.server.host) || !refusesAll) return;
  const book = new KeyBook(store.clientKeys, Date);
  if (await book.revision() > 0n) return;
  if (!terminal.isInteractive) {
    throw new Error(
      `Others can reach this gateway, since ${reachedBy}, but no key opens it. Create one, as in: ` +
        "pollux keys create NAME",
    );
  }
  const settings = { name: NAME, labels: [], limits: {}, allow: [], deny: [], accounts: [] };
  const { text } = await book.create(settings);
  const { public_url: address, port } = config.server;
  terminal.out(
    `Others can reach this gateway, so requests need a key. This one was made, and is shown only now:\n\n` +
      `  ${text}\n\n` +
      `Give it to others with the address ${address ?? `http://THIS-MACHINE:${port}`}. ` +
      `"pollux keys" lists, limits and removes keys; this one is named "${NAME}".`,
  );
}
