/**
 * Tells when a client would send its requests for the gateway of its own machine to a proxy.
 *
 * @module
 */
import { parseNoProxy } from "../../accounts/network/no_proxy.ts";
import type { Terminal } from "../terminal/terminal.ts";

const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] as const;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The note; undefined where there is no proxy, or the gateway is reached without it. A proxy cannot reach what listens
 * on another machine's loopback, and some clients send even that to it.
 *
 * @param gateway The gateway's address.
 */
export function proxyNote(
  client: string,
  { gateway, env }: { readonly gateway: string; readonly env: Terminal["env"] },
): string | undefined {
  const url = new URL(gateway);
  const names = PROXIES.flatMap((name) => [name, name.toLowerCase()]);
  const set = names.find((name) => env(name));
  if (set === undefined || !LOOPBACK.test(url.hostname)) return undefined;
  if (parseNoProxy(env("NO_PROXY") || env("no_proxy") || "").matches(url)) return undefined;
  return `Note: the variable ${set} is set here, and ${client} may send its requests for the gateway to that ` +
    `proxy; add "${url.hostname}" to NO_PROXY`;
}
