/**
 * The connections to Google that accounts share.
 *
 * @module
 */
import { closeNetwork, networkCaCerts } from "../accounts/network/network.ts";
import type { Connections } from "../upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../upstream/wire/direct_connections.ts";
import { networkProxyOf } from "../upstream/outbound.ts";

/**
 * Makes the connections: through the network's proxy for an address, or directly.
 *
 * @param options `onHedge`: as in {@linkcode DirectConnectionsOptions}.
 */
export function sharedConnections(
  options: Pick<DirectConnectionsOptions, "onHedge"> = {},
): Connections {
  const connections = new DirectConnections({
    proxyFor: networkProxyOf,
    caCerts: networkCaCerts(),
    ...options,
  });
  return {
    viaText: "",
    send: (request) => connections.send(request),
    close() {
      connections.close();
      closeNetwork();
    },
  };
}
