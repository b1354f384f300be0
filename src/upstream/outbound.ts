/**
 * The connections and headers of all requests of one account, of any kind.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import {
  createClient,
  isWithoutProxy,
  networkCaCerts,
  networkProxyFor,
} from "../accounts/network/network.ts";
import { ProxyConnections } from "../accounts/network/proxy_connections.ts";
import { addressOf, type ProxyAddress } from "../accounts/network/proxy_url.ts";
import type { Connections } from "./wire/connections.ts";
import { DirectConnections } from "./wire/direct_connections.ts";
import { type Origin, urlOf } from "./wire/tcp/origin.ts";

/** The connections and common headers of an account's requests. */
export interface Outbound {
  readonly connections: Connections;
  /** The account's own proxy, if it has one; also used for token requests. */
  readonly proxy?: ProxyConnections;
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Creates the client that opens one WebSocket: through the account's proxy or the network's, with the configured
   * authorities. The caller closes it.
   *
   * @param url Of the request that opens it, `http:` or `https:`.
   */
  socketClient(url: string): Deno.HttpClient;
  /** Closes the account's own idle connections. Pending requests continue. */
  close(): void;
}

/**
 * Creates the connections and headers for an account. Its quota project is sent in the header that Google's
 * clients use.
 *
 * @param account The account.
 * @param shared Connections for accounts without their own proxy. Default: connections that close after each
 * request.
 * @see {@link https://cloud.google.com/apis/docs/system-parameters}
 */
export function outboundOf(
  { proxy, quotaProject }: Pick<Account, "proxy" | "quotaProject">,
  shared?: Connections,
): Outbound {
  const headers: Record<string, string> = quotaProject === undefined
    ? {}
    : { "x-goog-user-project": quotaProject };
  const caCerts = networkCaCerts();
  const socketClient = (url: string) =>
    createClient(isWithoutProxy(url) ? undefined : proxy ?? networkProxyFor(url));
  if (proxy === undefined) {
    const connections = shared ??
      new DirectConnections({ idleTimeoutMs: 0, proxyFor: networkProxyOf, caCerts });
    return { connections, headers, socketClient, close() {} };
  }
  const address = addressOf(proxy);
  const own = new ProxyConnections(proxy);
  const connections = new DirectConnections({
    viaText: " through the account's proxy",
    proxyFor: (origin) => isWithoutProxy(urlOf(origin)) ? undefined : address,
    caCerts,
  });
  return {
    connections,
    proxy: own,
    headers,
    socketClient,
    close() {
      connections.close();
      own.close();
    },
  };
}

/** The network's proxy for a server. */
export function networkProxyOf(origin: Origin): ProxyAddress | undefined {
  const proxy = networkProxyFor(urlOf(origin));
  return proxy && addressOf(proxy);
}
