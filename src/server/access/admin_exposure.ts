/**
 * Who reaches the page and the admin API. The start message and `doctor` report it.
 *
 * @module
 */
import type { GatewaySettings } from "../settings.ts";
import { isLoopbackHost, reachReason } from "./key_policy.ts";

/** The settings that decide it. */
export type AdminExposureSettings = {
  readonly server: Pick<GatewaySettings["server"], "host" | "allowedHosts">;
  readonly admin: GatewaySettings["admin"];
};

/** What a user should know. */
export interface AdminExposure {
  /** Whether the admin key crosses a network in clear text. */
  readonly isDanger: boolean;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Decides what a user should know of the page and the admin API.
 *
 * @param options `isEncrypted`: whether every client must use TLS.
 * @returns Undefined if they respond to this machine only, and listen there only.
 */
export function adminExposure(
  { server, admin: { isRemote, listenHost } }: AdminExposureSettings,
  { isEncrypted }: { readonly isEncrypted: boolean },
): AdminExposure | undefined {
  const isOpen = listenHost === undefined
    ? reachReason(server) !== undefined
    : !isLoopbackHost(listenHost);
  if (!isRemote) {
    if (listenHost === undefined || !isOpen) return undefined;
    return {
      isDanger: false,
      message:
        `admin.listen has "${listenHost}", which other machines can reach, but the page and the ` +
        "admin API respond to this machine only",
      remedy: "Set admin.remote to true, or let admin.listen have 127.0.0.1",
    };
  }
  const who = "Anybody who has the admin key can change accounts and keys from other machines: " +
    "admin.remote is true";
  if (!isOpen) {
    return {
      isDanger: false,
      message: `${who}, and a proxy or a tunnel can forward their requests`,
      remedy: "Set admin.remote to false if nobody administers Pollux through one",
    };
  }
  return isEncrypted
    ? {
      isDanger: false,
      message: who,
      remedy: "Set admin.remote to false if nobody needs that",
    }
    : {
      isDanger: true,
      message: `${who}. Over http the key crosses the network in clear text`,
      remedy: "Set server.tls.cert and server.tls.key, or admin.remote to false; a TLS proxy in " +
        "front reaches an address of this machine",
    };
}
