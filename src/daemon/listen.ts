/**
 * Listens for connections, and stops without aborting calls in flight.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { RpcError } from "../gemini/errors/rpc_error.ts";
import type { Redaction } from "../gemini/redaction/redaction.ts";
import type { Handler } from "../server/app.ts";
import { errorResponse, toRpcError } from "../server/response/error_response.ts";
import { reasonOf } from "../store/folder/reason_of.ts";
import { RecoveringServer } from "./recovering_server.ts";
import { portHolder } from "./port_holder.ts";
import type { KeyPair } from "./tls/key_pair.ts";

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
  /** What sets the port, for messages. Default: `--port`. */
  readonly portSetting?: string;
  /** Clients use TLS with this certificate. Default: they don't. */
  readonly tls?: KeyPair | undefined;
  /** Resolves when the WebSockets that are open now are closed. Default: there are none. */
  readonly socketsSettled?: () => Promise<void>;
  /** Whether two listeners can share a port. Default: on Linux, which alone hands connections to both. */
  readonly canShare?: boolean;
}

/** A listening server. */
export interface Listener {
  /** As in `http://127.0.0.1:8045`. */
  readonly url: string;
  /** Stops accepting connections and waits for the calls in flight, however long they take. */
  stop(): Promise<void>;
  /**
   * Uses another certificate for new connections.
   *
   * @throws When it cannot listen with it; the former one then stays in use.
   */
  renew(pair: KeyPair): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws {Error} whose message says, for people, why it cannot listen.
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<Listener> {
  const { host, port, onError, onShortage, onRecovery, redaction } = options;
  const { socketsSettled = () => Promise.resolve() } = options;
  let { tls } = options;
  const canBeBeside = tls !== undefined && (options.canShare ?? Deno.build.os === "linux");
  const isSecure = tls !== undefined;
  function open(
    port: number,
    { isBeside }: { readonly isBeside: boolean },
  ): Deno.HttpServer<Deno.NetAddr> {
    // A listener that may be shared does not notice another one on its port.
    if (canBeBeside && !isBeside) Deno.listen({ hostname: host, port }).close();
    return Deno.serve({
      hostname: host,
      port,
      ...tls,
      ...(canBeBeside ? { reusePort: true } : {}),
      onListen: ignore,
      onError(error) {
        // Deno's error names the whole URL, which may contain a key.
        if (isMalformedUrl(error)) return errorResponse(MALFORMED, {});
        onError(error);
        return errorResponse(toRpcError(error, redaction), {});
      },
    }, (request, info) => handler(request, { isSecure, info }));
  }
  try {
    const server = new RecoveringServer({
      open,
      canBeBeside,
      port,
      socketsSettled,
      onShortage,
      onRecovery,
    });
    return {
      url: `${tls === undefined ? "http" : "https"}://${
        host.includes(":") ? `[${host}]` : host
      }:${server.port}`,
      stop: () => server.stop(),
      async renew(pair) {
        const former = tls;
        tls = pair;
        try {
          await server.renew();
        } catch (error) {
          tls = former;
          throw error;
        }
      },
    };
  } catch (error) {
    throw await cannotListen(error, options);
  }
}

/** The response to a request with a malformed host, as the guard's. */
const MALFORMED = new RpcError(
  "INVALID_ARGUMENT",
  "Cannot serve this request: its target or its Host header is malformed",
);

/** Whether Deno could not read a request's URL: while it traces, it does so before the handler is called. */
function isMalformedUrl(error: unknown): boolean {
  return error instanceof TypeError && error.message.startsWith("Invalid URL");
}

async function cannotListen(error: unknown, options: ListenOptions): Promise<Error> {
  const { host, port, portSetting = "--port" } = options;
  const where = `Cannot listen on ${host}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(
      `${where}: ${await portHolder(host, port)} has this port. ` +
        `Stop it, or choose another port with ${portSetting}`,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new Error(`${where}: this machine has no such address. Choose another with --host`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new Error(
      `${where}: not permitted. Ports below 1024 belong to the system: ` +
        `choose another with ${portSetting}`,
    );
  }
  return new Error(`${where}: ${reasonOf(error)}. Check --host, or server.host`, { cause: error });
}
