/**
 * Which requests need the gateway's key, and why: what {@linkcode Auth} goes by, and what the start and
 * `doctor` tell.
 *
 * @module
 */
import type { GatewaySettings } from "../settings.ts";

/** What the policy follows from. */
export type KeyPolicySettings = {
  readonly server: Pick<GatewaySettings["server"], "host" | "allowedHosts">;
  readonly auth: GatewaySettings["auth"];
};

/** When a key is asked for. */
export interface KeyPolicy {
  /** `forwarded`: only of requests that came by way of a proxy or a tunnel. */
  readonly asks: "never" | "forwarded" | "always";
  /** Whether `/healthz` is no exception. */
  readonly asksForHealth: boolean;
  /** Why others than this machine can reach the gateway; undefined where they can't. */
  readonly reachedBy: string | undefined;
  /** Whether a key is asked for and none is configured, so that every request is refused. */
  readonly refusesAll: boolean;
  /** The policy in words, as a sentence without its full stop. */
  readonly words: string;
}

/**
 * Decides when a key is asked for: always, once there is one, or others can reach the gateway; otherwise of
 * forwarded requests, whose sender may be anybody. Only `auth.mode: off` asks for none at all.
 */
export function keyPolicy({ server, auth }: KeyPolicySettings): KeyPolicy {
  const reachedBy = reason(server);
  const { mode, apiKey } = auth;
  const base = { asksForHealth: mode === "strict", reachedBy };
  if (mode === "off") {
    const words = "No client needs a key, because auth.mode is off";
    return { ...base, asks: "never", refusesAll: false, words };
  }
  const why = apiKey !== undefined
    ? "auth.api_key is set"
    : mode === "auto"
    ? reachedBy
    : `auth.mode is ${mode}`;
  if (why === undefined) {
    const words = "Clients need no key, except for requests that a proxy or a tunnel forwarded";
    return { ...base, asks: "forwarded", refusesAll: false, words };
  }
  const words = `Clients need a key, because ${why}`;
  return { ...base, asks: "always", refusesAll: !apiKey, words };
}

/** Whether others can reach the gateway, and none of them needs a key. */
export function isOpenToOthers({ asks, reachedBy }: KeyPolicy): boolean {
  return asks === "never" && reachedBy !== undefined;
}

/** Whether only this machine reaches what listens on that address. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function reason({ host, allowedHosts }: KeyPolicySettings["server"]): string | undefined {
  if (!isLoopbackHost(host)) return `server.host is "${host}", which others can reach`;
  const [name] = allowedHosts;
  return name === undefined
    ? undefined
    : `server.allowed_hosts has "${name}", a name under which others may call`;
}
