/**
 * What every request of one account has in common, whatever its kind.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { ProxyConnections } from "../accounts/proxy_connections.ts";
import type { Connections } from "./wire/connections.ts";
import { FetchedConnections } from "./wire/fetched_connections.ts";

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

/** Connections that belong to nobody. */
const FETCHED = new FetchedConnections();

/**
 * Makes what an account asks for. Its quota project goes to Google as every Google client names it.
 *
 * @param account The account.
 * @param shared Connections for accounts without a proxy of their own. Default: `fetch`.
 * @see {@link https://cloud.google.com/apis/docs/system-parameters}
 */
export function outboundOf(
  { proxy, quotaProject }: Pick<Account, "proxy" | "quotaProject">,
  shared: Connections = FETCHED,
): Outbound {
  const headers: Record<string, string> = quotaProject === undefined
    ? {}
    : { "x-goog-user-project": quotaProject };
  if (proxy === undefined) return { connections: shared, headers, close() {} };
  const own = new ProxyConnections(proxy);
  const connections = new FetchedConnections(own, " through the account's proxy");
  return { connections, proxy: own, headers, close: () => connections.close() };
}
