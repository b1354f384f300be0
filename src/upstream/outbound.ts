/**
 * What every request of one account has in common, whatever its kind.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { ProxyConnections } from "../accounts/proxy_connections.ts";

/** How an account's requests leave, and in whose name. */
export interface Outbound {
  /** The account's own way out; absent where it has no proxy. */
  readonly connections?: ProxyConnections;
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Makes what an account asks for. Its quota project goes to Google as every Google client names it.
 *
 * @see {@link https://cloud.google.com/apis/docs/system-parameters}
 */
export function outboundOf(
  { proxy, quotaProject }: Pick<Account, "proxy" | "quotaProject">,
): Outbound {
  return {
    ...(proxy === undefined ? {} : { connections: new ProxyConnections(proxy) }),
    headers: quotaProject === undefined ? {} : { "x-goog-user-project": quotaProject },
  };
}
