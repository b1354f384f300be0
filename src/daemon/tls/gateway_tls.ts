/**
 * Finds or makes the gateway's certificate, and lists the hosts by which clients may call.
 *
 * @module
 */
import { ConfigError } from "../../config/config_error.ts";
import type { Config } from "../../config/schema.ts";
import { type KeyPair, type KeyPairFiles, readKeyPair } from "./key_pair.ts";

/** The certificate that the gateway uses. */
export interface GatewayTls {
  readonly pair: KeyPair;
  /** The files of the pair, which the gateway watches for changes; undefined if the gateway made the pair. */
  readonly files: KeyPairFiles | undefined;
}

/**
 * Finds the certificate that the settings name, or makes one.
 *
 * @param options `isSelfSigned`: whether to make one, for testing; `ownAddress`: an address by which others may call.
 * @returns Undefined if TLS is not configured.
 * @throws {ConfigError} when the settings don't fit together, or a file cannot be used.
 */
export async function gatewayTls(
  { server }: Pick<Config, "server">,
  { isSelfSigned, ownAddress }: { readonly isSelfSigned: boolean; readonly ownAddress?: string },
): Promise<GatewayTls | undefined> {
  const files = keyPairFiles({ server });
  if (isSelfSigned) {
    if (files !== undefined) {
      throw new ConfigError(
        "server.tls.cert and server.tls.key name a certificate already: leave out --tls-self-signed",
      );
    }
    const { selfSigned } = await import("./self_signed.ts");
    return {
      pair: selfSigned([...hostsOf({ server }), ...(ownAddress === undefined ? [] : [ownAddress])]),
      files,
    };
  }
  if (files === undefined) {
    if (server.tls.port === undefined) return undefined;
    throw new ConfigError(NO_CERTIFICATE);
  }
  try {
    return { pair: await readKeyPair(files), files };
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Why `server.tls.port` alone cannot be used. */
export const NO_CERTIFICATE = "server.tls.port is set, but there is no certificate: set " +
  "server.tls.cert and server.tls.key, or start with --tls-self-signed for testing";

/** The files that the settings name; undefined if there are none. */
export function keyPairFiles(
  { server: { tls: { cert, key } } }: Pick<Config, "server">,
): KeyPairFiles | undefined {
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** The names and addresses by which clients may call, without brackets. */
export function hostsOf({ server }: Pick<Config, "server">): readonly string[] {
  const publicHost = URL.parse(server.public_url ?? "")?.hostname;
  const hosts = [
    ...["localhost", "127.0.0.1", "::1"],
    ...[server.host].filter((host) => host !== "0.0.0.0" && host !== "::"),
    ...server.allowed_hosts,
    ...(publicHost === undefined ? [] : [publicHost]),
  ];
  return [...new Set(hosts.map((host) => host.replace(/^\[(.*)\]$/, "$1").toLowerCase()))];
}
