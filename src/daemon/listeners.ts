/**
 * The gateway's listeners: one for http or for https, or one for each.
 *
 * @module
 */
import type { Handler } from "../server/app.ts";
import { listen, type Listener, type ListenOptions } from "./listen.ts";
import type { GatewayTls } from "./tls/gateway_tls.ts";
import { factsOf, type KeyPair } from "./tls/key_pair.ts";

/** Where to listen. */
export interface ListenersOptions extends Omit<ListenOptions, "tls"> {
  readonly tls: GatewayTls | undefined;
  /** The port for https; undefined: `port` is for https if there is TLS. */
  readonly tlsPort: number | undefined;
}

/** The address at which commands on this machine reach the gateway. */
export interface LocalAddress {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /** The SHA-256 of the certificate that an `https:` address shows. */
  readonly fingerprint?: string;
}

/** The listeners, as one. */
export interface Listeners extends Pick<Listener, "stop" | "renew"> {
  /** As in `http://127.0.0.1:8045`; http comes first. */
  readonly urls: readonly string[];
  /** For commands on this machine. */
  readonly local: LocalAddress;
}

/**
 * Starts to listen.
 *
 * @throws {Error} As {@linkcode listen} does.
 */
export async function openListeners(
  handler: Handler,
  { tls, tlsPort, ...options }: ListenersOptions,
): Promise<Listeners> {
  const isBoth = tls !== undefined && tlsPort !== undefined;
  const plain = tls === undefined || isBoth ? await listen(handler, options) : undefined;
  let secure: Listener | undefined;
  try {
    secure = tls && await listen(handler, {
      ...options,
      port: tlsPort ?? options.port,
      portSetting: isBoth ? "server.tls.port" : "--port",
      tls: tls.pair,
    });
  } catch (error) {
    await plain?.stop();
    throw error;
  }
  let pair = tls?.pair;
  const urls = [plain, secure].flatMap((listener) => listener === undefined ? [] : [listener.url]);
  const [url = ""] = urls;
  return {
    urls,
    get local() {
      return plain !== undefined || pair === undefined
        ? { url }
        : { url, fingerprint: factsOf(pair).fingerprint };
    },
    async stop() {
      await Promise.all([plain?.stop(), secure?.stop()]);
    },
    async renew(changed: KeyPair) {
      await secure?.renew(changed);
      pair = changed;
    },
  };
}
