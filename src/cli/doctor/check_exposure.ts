/**
 * Who can use the gateway without a key.
 *
 * @module
 */
import { Auth, isLoopbackHost } from "../../server/auth.ts";
import type { GatewaySettings } from "../../server/settings.ts";
import type { Finding } from "./finding.ts";

const CHECK = "exposure";

/** Holds the address that is listened on against the authentication. */
export function checkExposure(
  { server: { host }, auth }: Pick<GatewaySettings, "server" | "auth">,
): readonly Finding[] {
  const { isOff, refusesAll } = new Auth({ ...auth, host });
  if (refusesAll) {
    return [{
      check: CHECK,
      severity: "error",
      message: "The gateway asks for a key, but has none: it refuses every request",
      remedy: "Set auth.api_key, or POLLUX_AUTH_API_KEY",
    }];
  }
  if (isLoopbackHost(host)) {
    const message = `Only this machine reaches ${host}` + (isOff ? "" : "; a key is asked for");
    return [{ check: CHECK, severity: "ok", message }];
  }
  if (isOff) {
    return [{
      check: CHECK,
      severity: "error",
      message: `Whoever reaches ${host} can spend your accounts: no key is asked for`,
      remedy: "Set auth.mode to auto and auth.api_key to a key, or server.host to 127.0.0.1",
    }];
  }
  return [{
    check: CHECK,
    severity: "note",
    message:
      `Others can reach ${host}; a key is asked for, but crosses the network in clear text, ` +
      "unless a proxy with TLS stands in front",
  }];
}
