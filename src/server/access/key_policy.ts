/**
 * Which requests need the gateway's key, and why. {@linkcode Auth} applies this policy; the start message and
 * `doctor` report it.
 *
 * @module
 */
import type { GatewaySettings } from "../settings.ts";
import type { ClientKeys } from "../../keys/client_key.ts";
import { NO_CLIENT_KEYS } from "./caller.ts";

/** The settings that determine the policy. */
export type KeyPolicySettings = {
  readonly server: Pick<GatewaySettings["server"], "host" | "allowedHosts">;
  readonly auth: GatewaySettings["auth"];
};

/** When a key is required. */
export interface KeyPolicy {
  /** `forwarded`: only for requests that a proxy or a tunnel forwarded. */
  readonly asks: "never" | "forwarded" | "always";
  /** Whether `/healthz` needs a key as well. */
  readonly asksForHealth: boolean;
  /** Why other machines can reach the gateway; undefined if they can't. */
  readonly reachedBy: string | undefined;
  /** Whether a key is required but none is configured, so that every request is rejected. */
  readonly refusesAll: boolean;
  /** The policy as a sentence without its full stop. */
  readonly words: string;
}

/**
 * Decides when a key is required: always, if one is configured, a client key was ever made, or other machines can reach
 * the gateway; otherwise for forwarded requests, which may come from anyone. Only with `auth.mode: off` no request needs
 * a key.
 */
export function keyPolicy(
  { server, auth }: KeyPolicySettings,
  { exist }: Pick<ClientKeys, "exist"> = NO_CLIENT_KEYS,
): KeyPolicy {
  const reachedBy = reachReason(server);
  const { mode, apiKey } = auth;
  const base = { asksForHealth: mode === "strict", reachedBy };
  if (mode === "off") {
    const words = "No client needs a key, because auth.mode is off";
    return { ...base, asks: "never", refusesAll: false, words };
  }
  const why = apiKey !== undefined
    ? "auth.api_key is set"
    : exist
    ? "a client key was made"
    : mode === "auto"
    ? reachedBy
    : `auth.mode is ${mode}`;
  if (why === undefined) {
    const words = "Clients need no key, except for requests that a proxy or a tunnel forwarded";
    return { ...base, asks: "forwarded", refusesAll: false, words };
  }
  const words = `Clients need a key, because ${why}`;
  return { ...base, asks: "always", refusesAll: !apiKey && !exist, words };
}

/** Whether other machines can reach the gateway without a key. */
export function isOpenToOthers({ asks, reachedBy }: KeyPolicy): boolean {
  return asks === "never" && reachedBy !== undefined;
}

/** Whether only this machine can reach a server on that address. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Why other machines can reach the main address; undefined if they can't. */
export function reachReason(
  { host, allowedHosts }: KeyPolicySettings["server"],
): string | undefined {
  if (!isLoopbackHost(host)) return `server.host is "${host}", which others can reach`;
  const [name] = allowedHosts;
  return name === undefined
    ? undefined
    : `server.allowed_hosts has "${name}", a name under which others may call`;
}
