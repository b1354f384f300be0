/**
 * What every request of one account has in common, whatever its kind.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { isWithoutProxy, networkCaCerts, networkProxyFor } from "../accounts/network/network.ts";
import { ProxyConnections } from "../accounts/network/proxy_connections.ts";
import { addressOf, type ProxyAddress } from "../accounts/network/proxy_url.ts";
import type { Connections } from "./wire/connections.ts";
import { DirectConnections } from "./wire/direct_connections.ts";
import { type Origin, urlOf } from "./wire/tcp/origin.ts";

/** How an account's requests leave, and in whose name. */
export interface Outbound {
  readonly connections: Connections;
  /** The account's own proxy, if it has one: tokens are fetched through it as well. */
  readonly proxy?: ProxyConnections;
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Gives up connections of the account's own. Requests under way go on as they began. */
  close(): void;
}

/**
 * Makes what an account asks for. Its quota project goes to Google as every Google client names it.
 *
 * @param account The account.
 * @param shared Connections for accounts without a proxy of their own. Default: such that end with their
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
  if (proxy === undefined) {
    const connections = shared ??
      new DirectConnections({ idleTimeoutMs: 0, proxyFor: networkProxyOf, caCerts });
    return { connections, headers, close() {} };
  }
  const address = addressOf(proxy);
  const own = new ProxyConnections(proxy);
  const connections = new DirectConnections({
    byWayOf: " through the account's proxy",
    proxyFor: (origin) => isWithoutProxy(urlOf(origin)) ? undefined : address,
    caCerts,
  });
  return {
    connections,
    proxy: own,
    headers,
    close() {
      connections.close();
      own.close();
    },
  };
}

/** The proxy that the network has for a server. */
export function networkProxyOf(origin: Origin): ProxyAddress | undefined {
  const proxy = networkProxyFor(urlOf(origin));
  return proxy && addressOf(proxy);
}
