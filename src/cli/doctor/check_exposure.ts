/**
 * Checks who can use the gateway without a key.
 *
 * @module
 */
import {
  isLoopbackHost,
  isOpenToOthers,
  keyPolicy,
  type KeyPolicySettings,
} from "../../server/access/key_policy.ts";
import type { GatewaySettings } from "../../server/settings.ts";
import type { Finding } from "./finding.ts";

const CHECK = "exposure";

/** The settings that are checked. */
export interface ExposureSettings extends KeyPolicySettings {
  readonly server: KeyPolicySettings["server"] & Pick<GatewaySettings["server"], "publicUrl">;
}

/**
 * Compares the addresses that the gateway listens on with whether it asks for a key.
 *
 * @param isEncrypted Whether every client must use TLS.
 */
export function checkExposure(
  settings: ExposureSettings,
  { isEncrypted }: { readonly isEncrypted: boolean },
): readonly Finding[] {
  return [...checkAccess(settings, isEncrypted), ...checkPublicUrl(settings.server)];
}

/** Uploads go on at addresses with the public URL's host. */
function checkPublicUrl(
  { publicUrl, allowedHosts, host }: ExposureSettings["server"],
): readonly Finding[] {
  const name = URL.parse(publicUrl ?? "")?.hostname;
  if (name === undefined || isLoopbackHost(name) || [host, ...allowedHosts].includes(name)) {
    return [];
  }
  return [{
    check: CHECK,
    severity: "note",
    message: `Clients continue uploads at "${name}", the host of server.public_url, which ` +
      "server.allowed_hosts does not have. Requests with this Host header are refused",
    remedy: `Add "${name}" to server.allowed_hosts, unless your proxy replaces the Host header`,
  }];
}

function checkAccess(settings: KeyPolicySettings, isEncrypted: boolean): readonly Finding[] {
  const policy = keyPolicy(settings);
  const { refusesAll, reachedBy, words } = policy;
  const { host } = settings.server;
  if (refusesAll) {
    return [{
      check: CHECK,
      severity: "error",
      message: `${words}. None is configured, so every request is refused`,
      remedy: "Set auth.api_key, or POLLUX_AUTH_API_KEY",
    }];
  }
  if (isOpenToOthers(policy)) {
    return [{
      check: CHECK,
      severity: "error",
      message: `Others can spend your accounts: ${reachedBy}. ${words}`,
      remedy: "Set auth.mode to auto and auth.api_key to a key, or server.host to 127.0.0.1 and " +
        "server.allowed_hosts to none",
    }];
  }
  if (isLoopbackHost(host)) {
    const severity = policy.asks === "never" ? "note" : "ok";
    return [{ check: CHECK, severity, message: `Only this machine reaches ${host}. ${words}` }];
  }
  if (isEncrypted) return [{ check: CHECK, severity: "ok", message: `${words}, over TLS` }];
  return [{
    check: CHECK,
    severity: "note",
    message:
      `${words}. Over http the key crosses the network in clear text, unless a TLS proxy is ` +
      "in front, or clients use https only: set server.tls.cert and server.tls.key",
  }];
}
