/**
 * Listening, and stopping without breaking off what runs.
 *
 * @module
 */
import type { Handler } from "../server/app.ts";
import { errorResponse, toRpcError } from "../server/error_response.ts";

/** Where to listen, and how long to drain. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Longest that a stop waits for calls in flight, in ms. */
  readonly drainTimeoutMs: number;
  readonly onError: (error: unknown) => void;
}

/** A listening server. */
export interface Listener {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /**
   * Takes no new connection and waits for calls in flight. Those that take too long end with the
   * process: once it shuts down, Deno's server has no other way to break them off.
   */
  stop(): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws {Error} That says why it can't, for people.
 */
export function listen(handler: Handler, options: ListenOptions): Listener {
  const { host, port, drainTimeoutMs, onError } = options;
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: host,
      port,
      onListen: ignore,
      onError(error) {
        onError(error);
        return errorResponse(toRpcError(error), {});
      },
    }, (request) => handler(request));
  } catch (error) {
    throw cannotListen(error, options);
  }
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.addr.port}`,
    async stop() {
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, drainTimeoutMs);
      await Promise.race([server.shutdown(), limit.promise]);
      clearTimeout(timer);
    },
  };
}

function cannotListen(error: unknown, { host, port }: ListenOptions): Error {
  const where = `Cannot listen on ${host}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(
      `${where}: another program has this port. Stop it, or choose another port with --port`,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new Error(`${where}: this machine has no such address. Choose another with --host`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new Error(`${where}: not permitted. Ports below 1024 belong to the system`);
  }
  return new Error(where, { cause: error });
}

function ignore(): void {}
