/**
 * Listening, and stopping without breaking off what runs.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import type { Redaction } from "../gemini/redaction/redaction.ts";
import type { Handler } from "../server/app.ts";
import { errorResponse, toRpcError } from "../server/response/error_response.ts";
import { reasonOf } from "../store/folder/reason_of.ts";
import { LastingServer } from "./lasting_server.ts";
import { portHolder } from "./port_holder.ts";

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly onError: (error: unknown) => void;
  /** No connection can be accepted for the time being, as a rule for want of file descriptors. */
  readonly onShortage: (error: unknown) => void;
  /** Connections are accepted again. */
  readonly onRecovery: () => void;
  /** What an error that is answered passes. */
  readonly redaction: Redaction;
}

/** A listening server. */
export interface Listener {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /** Takes no new connection and waits for calls in flight, however long they take. */
  stop(): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws {Error} That says why it can't, for people.
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
    const server = new LastingServer({ open, port, onShortage, onRecovery });
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
