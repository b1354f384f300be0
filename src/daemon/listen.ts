/**
 * Listens for connections, and stops without aborting calls in flight.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import type { Redaction } from "../gemini/redaction/redaction.ts";
import type { Handler } from "../server/app.ts";
import { errorResponse, toRpcError } from "../server/response/error_response.ts";
import { reasonOf } from "../store/folder/reason_of.ts";
import { RecoveringServer } from "./recovering_server.ts";
import { portHolder } from "./port_holder.ts";

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  readonly onError: (error: unknown) => void;
  /** Connections cannot be accepted at present, usually because file descriptors are short. */
  readonly onShortage: (error: unknown) => void;
  /** Connections are accepted again. */
  readonly onRecovery: () => void;
  /** Redacts the text of error responses. */
  readonly redaction: Redaction;
}

/** A listening server. */
export interface Listener {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /** Stops accepting connections and waits for the calls in flight, however long they take. */
  stop(): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws {Error} whose message says, for people, why it cannot listen.
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<Listener> {
  const { host, port, onError, onShortage, onRecovery, redaction } = options;
  function open(port: number): Deno.HttpServer<Deno.NetAddr> {
    return Deno.serve({
      hostname: host,
      port,
      onListen: ignore,
      onError(error) {
        onError(error);
        return errorResponse(toRpcError(error, redaction), {});
      },
    }, (request) => handler(request));
  }
  try {
    const server = new RecoveringServer({ open, port, onShortage, onRecovery });
    return {
      url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
      stop: () => server.stop(),
    };
  } catch (error) {
    throw await cannotListen(error, options);
  }
}

async function cannotListen(error: unknown, { host, port }: ListenOptions): Promise<Error> {
  const where = `Cannot listen on ${host}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(
      `${where}: ${await portHolder(host, port)} has this port. ` +
        "Stop it, or choose another port with --port",
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new Error(`${where}: this machine has no such address. Choose another with --host`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new Error(
      `${where}: not permitted. Ports below 1024 belong to the system: ` +
        "choose another with --port",
    );
  }
  return new Error(`${where}: ${reasonOf(error)}. Check --host, or server.host`, { cause: error });
}
