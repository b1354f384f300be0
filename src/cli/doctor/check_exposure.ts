/**
 * Checks who can use the gateway without a key.
 *
 * @module
 */
import { adminExposure } from "../../server/access/admin_exposure.ts";
import {
  isLoopbackHost,
  isOpenToOthers,
  keyPolicy,
  type KeyPolicySettings,
} from "../../server/access/key_policy.ts";
import type { GatewaySettings } from "../../server/settings.ts";
import type { ClientKeyRowStore } from "../../base/stored/client_key_row.ts";
import { KeyBook } from "../../keys/key_book.ts";
import { ownState } from "../../keys/key_ring.ts";
import type { Finding } from "./finding.ts";

const CHECK = "exposure";

/** What is known about the client keys. */
export interface KeyFacts {
  /** Whether there is or was any. */
  readonly exist: boolean;
  /** How many are valid now. */
  readonly valid: number;
}

/** The facts where no client key was ever made. */
export const NO_KEYS: KeyFacts = { exist: false, valid: 0 };

/** Reads the facts from the store. */
export async function keyFacts(rows: ClientKeyRowStore): Promise<KeyFacts> {
  const book = new KeyBook(rows, Date);
  if (await book.revision() === 0n) return NO_KEYS;
  const { keys } = await book.list();
  const nowMs = Date.now();
  return { exist: true, valid: keys.filter((key) => ownState(key, nowMs) === "valid").length };
}

/** What to check besides the settings. */
export interface ExposureOptions {
  /** Whether every client must use TLS. */
  readonly isEncrypted: boolean;
  /** Undefined if it is not known, since the store cannot be used. */
  readonly clientKeys: KeyFacts | undefined;
}

/** The settings that are checked. */
export interface ExposureSettings extends KeyPolicySettings {
  readonly server: KeyPolicySettings["server"] & Pick<GatewaySettings["server"], "publicUrl">;
  readonly admin: GatewaySettings["admin"];
}

/** Compares the addresses that the gateway listens on with whether it asks for a key, and whether any opens it. */
export function checkExposure(
  settings: ExposureSettings,
  options: ExposureOptions,
): readonly Finding[] {
  return [
    ...checkAccess(settings, options),
    ...checkPublicUrl(settings.server),
    ...checkAdmin(settings, options),
  ];
}

function checkAdmin(
  settings: ExposureSettings,
  options: Pick<ExposureOptions, "isEncrypted">,
): readonly Finding[] {
  const exposure = adminExposure(settings, options);
  if (exposure === undefined) return [];
  const { isDanger, message, remedy } = exposure;
  return [{ check: CHECK, severity: isDanger ? "warning" : "note", message, remedy }];
}

/** The host of the public URL, if requests with this Host header are refused. */
export function refusedPublicHost(
  { publicUrl, allowedHosts, host }: ExposureSettings["server"],
): string | undefined {
  const name = URL.parse(publicUrl ?? "")?.hostname;
  return name === undefined || isLoopbackHost(name) || [host, ...allowedHosts].includes(name)
    ? undefined
    : name;
}

/** Uploads go on at addresses with the public URL's host. */
function checkPublicUrl(server: ExposureSettings["server"]): readonly Finding[] {
  const name = refusedPublicHost(server);
  if (name === undefined) return [];
  return [{
    check: CHECK,
    severity: "note",
    message: `Clients continue uploads at "${name}", the host of server.public_url, which ` +
      "server.allowed_hosts does not have. Requests with this Host header are refused",
    remedy: `Add "${name}" to server.allowed_hosts, unless your proxy replaces the Host header`,
  }];
}

function checkAccess(
  settings: KeyPolicySettings,
  { isEncrypted, clientKeys }: ExposureOptions,
): readonly Finding[] {
  const { host } = settings.server;
  const { apiKey, mode } = settings.auth;
  const isDecided = apiKey !== undefined || mode === "off";
  if (clientKeys === undefined && !isDecided) {
    return [{
      check: CHECK,
      severity: "note",
      message: "Whether a client key was made is not known, because the store cannot be used. If " +
        "one was made, every request needs a key",
    }];
  }
  const policy = keyPolicy(settings, clientKeys);
  const { refusesAll, reachedBy, words } = policy;
  if (refusesAll) {
    return [{
      check: CHECK,
      severity: "error",
      message: `${words}. None is configured, so every request is refused`,
      remedy: "Create a key: pollux keys create NAME; or set auth.api_key or POLLUX_AUTH_API_KEY",
    }];
  }
  if (clientKeys?.exist && clientKeys.valid === 0 && !isDecided) {
    return [{
      check: CHECK,
      severity: "error",
      message: `${words}. None is valid now, so every request is refused`,
      remedy: 'Create one: pollux keys create NAME. "pollux keys list" shows what was made before',
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
