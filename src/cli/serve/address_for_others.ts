/**
 * The address by which clients on other machines call the gateway.
 *
 * @module
 */
import type { Config } from "../../config/schema.ts";
import type { GatewayTls } from "../../daemon/tls/gateway_tls.ts";
import { factsOf } from "../../daemon/tls/key_pair.ts";

/** A gateway that listens. */
export interface ListeningGateway {
  readonly config: Pick<Config, "server">;
  readonly tls: Pick<GatewayTls, "pair"> | undefined;
  /** Where it listens; https comes last. */
  readonly urls: readonly string[];
  /** The machine's own address, if it is known. */
  readonly ownAddress: string | undefined;
}

/** Whether a server on that address listens on all addresses of the machine. */
export function isAnyAddress(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/**
 * Finds the address: `server.public_url`, else a host that the gateway accepts, if possible one that its certificate is
 * for.
 *
 * @returns As in `https://192.0.2.7:8045`; undefined if only the user can know it.
 */
export function addressForOthers(
  { config: { server }, tls, urls, ownAddress }: ListeningGateway,
): string | undefined {
  if (server.public_url !== undefined) return server.public_url;
  const { protocol, port } = new URL(urls.at(-1) ?? "");
  const own = isAnyAddress(server.host) ? ownAddress : server.host;
  const hosts = [...server.allowed_hosts, ...(own === undefined ? [] : [own])];
  const host = certified(hosts, tls) ?? hosts[0];
  if (host === undefined) return undefined;
  const isBare = host.includes(":") && !host.startsWith("[");
  const address = new URL(`${protocol}//${isBare ? `[${host}]` : host}`);
  address.port = port;
  return address.origin;
}

function certified(
  hosts: readonly string[],
  tls: ListeningGateway["tls"],
): string | undefined {
  if (tls === undefined) return undefined;
  const { isFor } = factsOf(tls.pair);
  return hosts.find((host) => isFor(host.replace(/^\[(.*)\]$/, "$1")));
}
