/**
 * The connections to Google that accounts share.
 *
 * @module
 */
import type { Connections } from "../upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../upstream/wire/direct_connections.ts";
import { FetchedConnections } from "../upstream/wire/fetched_connections.ts";

/** What names a proxy for every program; each also in lower case. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/**
 * Makes them: direct ones, unless the environment names a proxy, which `fetch` minds.
 *
 * @param env Gives the value of an environment variable.
 * @param options `onRace`: as in {@linkcode DirectConnectionsOptions}.
 */
export function sharedConnections(
  env: (name: string) => string | undefined,
  options: Pick<DirectConnectionsOptions, "onRace"> = {},
): Connections {
  const fetched = new FetchedConnections();
  return PROXY_VARIABLES.some((name) => env(name) || env(name.toLowerCase()))
    ? fetched
    : new DirectConnections({ otherwise: fetched, ...options });
}
