/**
 * The connections to Google that accounts share.
 *
 * @module
 */
import {
  closeNetwork,
  hasNetworkProxy,
  networkCaCerts,
  networkProxyFor,
} from "../accounts/network.ts";
import type { Connections } from "../upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../upstream/wire/direct_connections.ts";
import { FetchedConnections } from "../upstream/wire/fetched_connections.ts";

/**
 * Makes them: direct ones, and by `fetch` where the network has a proxy for the address.
 *
 * @param options `onRace`: as in {@linkcode DirectConnectionsOptions}.
 */
export function sharedConnections(
  options: Pick<DirectConnectionsOptions, "onRace"> = {},
): Connections {
  const fetched = new FetchedConnections();
  const direct = new DirectConnections({
    otherwise: fetched,
    caCerts: networkCaCerts(),
    ...options,
  });
  function close(): void {
    direct.close();
    closeNetwork();
  }
  if (!hasNetworkProxy()) {
    return { byWayOf: "", send: (request) => direct.send(request), close };
  }
  return {
    byWayOf: "",
    send: (request) =>
      networkProxyFor(request.url) === undefined ? direct.send(request) : fetched.send(request),
    close,
  };
}
