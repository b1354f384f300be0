/**
 * The gateway's listeners: one for http or for https, or one for each, and one for the page and the admin API alone.
 *
 * @module
 */
import type { ListenPlace } from "../config/values/place_types.ts";
import type { Handler } from "../server/app.ts";
import { listen, type Listener, type ListenOptions } from "./listen.ts";
import type { GatewayTls } from "./tls/gateway_tls.ts";
import { factsOf, type KeyPair } from "./tls/key_pair.ts";

/** Where to listen. */
export interface ListenersOptions extends Omit<ListenOptions, "tls"> {
  readonly tls: GatewayTls | undefined;
  /** The port for https; undefined: `port` is for https if there is TLS. */
  readonly tlsPort: number | undefined;
  /** An address for the page and the admin API alone, with TLS if there is any. Default: none. */
  readonly admin?: ListenPlace | undefined;
}

/** The address at which commands on this machine reach the gateway. */
export interface LocalAddress {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /** The SHA-256 of the certificate that an `https:` address shows. */
  readonly fingerprint?: string;
  /** The same of the address for the page and the admin API alone, if there is one. */
  readonly admin?: Omit<LocalAddress, "admin">;
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
  { tls, tlsPort, admin, ...options }: ListenersOptions,
): Promise<Listeners> {
  const isBoth = tls !== undefined && tlsPort !== undefined;
  const plain = tls === undefined || isBoth ? await listen(handler, options) : undefined;
  let secure: Listener | undefined;
  let apart: Listener | undefined;
  try {
    secure = tls && await listen(handler, {
      ...options,
      port: tlsPort ?? options.port,
      portSetting: isBoth ? "server.tls.port" : "--port",
      tls: tls.pair,
    });
    apart = admin && await listen(
      (request, by) => handler(request, { ...by, isAdminAddress: true }),
      { ...options, ...admin, portSetting: "admin.listen", tls: tls?.pair },
    );
  } catch (error) {
    await Promise.all([plain?.stop(), secure?.stop()]);
    throw error;
  }
  let pair = tls?.pair;
  const urls = [plain, secure].flatMap((listener) => listener === undefined ? [] : [listener.url]);
  const [url = ""] = urls;
  return {
    urls,
    get local() {
      const shown = pair === undefined ? {} : { fingerprint: factsOf(pair).fingerprint };
      return {
        url,
        ...(plain === undefined ? shown : {}),
        ...(apart === undefined ? {} : { admin: { url: apart.url, ...shown } }),
      };
    },
    async stop() {
      await Promise.all([plain?.stop(), secure?.stop(), apart?.stop()]);
    },
    async renew(changed: KeyPair) {
      await secure?.renew(changed);
      await apart?.renew(changed);
      pair = changed;
    },
  };
}
