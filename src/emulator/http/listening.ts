/**
 * Starts the emulator's HTTP server, and the relay in front of it.
 *
 * @module
 */
import type { EmulatorOptions } from "../emulator_options.ts";
import { ignore } from "../../base/ignore.ts";
import { type Relay, startRelay } from "./relay.ts";

/** A server that listens. */
export interface Listening {
  readonly server: Deno.HttpServer<Deno.NetAddr>;
  /** Undefined if scripts cannot reset connections. */
  readonly relay: Relay | undefined;
  /** Origin, without a slash at the end. */
  readonly url: string;
}

/**
 * Starts them.
 *
 * @param serve `signal`: aborted when the server is to end; `handler`: handles requests.
 */
export function listen(
  options: EmulatorOptions,
  serve: {
    readonly signal: AbortSignal;
    readonly handler: Deno.ServeHandler<Deno.NetAddr>;
  },
): Listening {
  const { hostname = "127.0.0.1", port = 0, tls } = options;
  const isRelayed = (options.resets ?? true) || tls !== undefined;
  const server = Deno.serve({
    ...(isRelayed ? { hostname: "127.0.0.1", port: 0 } : { hostname, port }),
    onListen() {},
    ...serve,
  });
  // Without a free file descriptor it stops accepting; that must not end the gateway in its process.
  server.finished.catch(ignore);
  const target = server.addr.port;
  const relay = isRelayed ? startRelay({ hostname, port, target, tls }) : undefined;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const scheme = tls === undefined ? "http" : "https";
  return { server, relay, url: `${scheme}://${host}:${relay?.port ?? target}` };
}
