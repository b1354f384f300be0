/**
 * Sends one HTTP request to an upstream, and classifies every failure.
 *
 * @module
 */
import { CertificateError } from "../../accounts/network/certificate_error.ts";
import { causeOfMessage, networkMessage } from "../../accounts/network/network_message.ts";
import { rpcErrorFromBody } from "../../gemini/errors/error_body.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Clock } from "../../base/clock.ts";
import { classify } from "../faults/classify.ts";
import { isNameFailure, NameFault } from "../faults/name_fault.ts";
import { HOW_TO_RAISE, isOutOfFiles } from "../faults/out_of_files.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { Connections, HttpRequest, HttpResponse } from "../wire/connections.ts";
import { DeadConnection } from "../wire/dead_connection.ts";
import { UnsentError } from "../wire/unsent_error.ts";
import { RequestBodyError, StreamedBody } from "../wire/http/streamed_body.ts";

/** Most bytes of an error body that are read; longer ones are truncated. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** The request to send. */
export interface Exchange extends HttpRequest {
  /** Whether the caller handles a status besides 2xx. Default: every other status is an error. */
  readonly accepts?: (status: number) => boolean;
  readonly clock: Clock;
  readonly connections: Connections;
  /** As in `Outbound`; only methods that open a WebSocket need it. */
  readonly socketClient?: (url: string) => Deno.HttpClient;
}

/**
 * Sends a request and returns a successful response.
 *
 * @param exchange The request to send.
 * @returns A response with a 2xx status, or one that the exchange accepts; its body has not been read.
 * @throws {UpstreamFault} For everything else. The fault is final if a part of a streamed body was sent.
 */
export function send(exchange: Exchange): Promise<HttpResponse> {
  return withFinalFaults(exchange, sendOnce(exchange));
}

/**
 * Makes a request's faults final if a part of its streamed body was sent: the body cannot be sent again.
 *
 * @param response The pending response.
 */
export function withFinalFaults<T>(
  { body }: Pick<Exchange, "body">,
  response: Promise<T>,
): Promise<T> {
  if (!(body instanceof StreamedBody)) return response;
  return response.catch((error) => {
    throw body.isTaken && error instanceof UpstreamFault ? finalFault(error) : error;
  });
}

function finalFault({ scope, rpc, ...facts }: UpstreamFault): UpstreamFault {
  return new UpstreamFault(scope, rpc, { ...facts, isFinal: true });
}

async function sendOnce(exchange: Exchange): Promise<HttpResponse> {
  let response: HttpResponse;
  try {
    response = await exchange.connections.send(exchange);
  } catch (error) {
    throw networkFault(error, exchange);
  }
  const { status } = response;
  if ((status >= 200 && status < 300) || exchange.accepts?.(status)) return response;
  throw classify(rpcErrorFromBody(status, await readErrorBody(response)), {
    nowMs: exchange.clock.now(),
    retryAfterHeader: response.header("retry-after"),
  });
}

/**
 * The fault for a response of status 200 that cannot be used.
 *
 * @param what What upstream sent instead, as in "an empty response".
 */
export function unusableResponse(what: string): UpstreamFault {
  const message = `Upstream sent ${what}. Try again in a moment`;
  return new UpstreamFault("transient", new RpcError("UNAVAILABLE", message));
}

/** "No Content" and "Reset Content": responses with these cannot have a body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205]);

/**
 * Checks that a response can have a body.
 *
 * @throws {UpstreamFault} If its status excludes one; it is then cancelled.
 */
export async function checkHasBody(response: HttpResponse): Promise<void> {
  if (!WITHOUT_BODY.has(response.status)) return;
  await response.cancel();
  throw unusableResponse("an empty response");
}

/** The fault if this machine fails: a retry with another account would fail too. */
function outOfFiles(): UpstreamFault {
  const message = "This machine's limit of open files is reached, so Pollux cannot connect to " +
    `upstream. Try again in a moment. ${HOW_TO_RAISE}`;
  const rpc = new RpcError("UNAVAILABLE", message, { retryAfterMs: 1000 });
  return new UpstreamFault("request", rpc, { owner: "network" });
}

/**
 * The fault for a failed connection.
 *
 * @param error The connection's error.
 * @param at The request's signal and URL, and its connections.
 */
export function networkFault(
  error: unknown,
  at: Pick<Exchange, "signal" | "url" | "connections">,
): UpstreamFault {
  if (at.signal.aborted && at.signal.reason instanceof UpstreamFault) return at.signal.reason;
  if (error instanceof CertificateError) return certificateFault(error);
  if (error instanceof RequestBodyError) return requestBodyFault(error);
  const words = networkMessage(error instanceof UnsentError ? error.cause : error);
  if (isOutOfFiles(words)) return outOfFiles();
  const { origin, hostname } = new URL(at.url);
  const way = at.connections.viaText;
  // With a proxy, the failed name may be the proxy's, or the proxy looked it up.
  if (way === "" && isNameFailure(words)) return new NameFault(hostname);
  const message = `The connection to ${origin}${way} failed: ${
    causeOfMessage(words)
  }. Try again in a moment`;
  return new UpstreamFault("transient", new RpcError("UNAVAILABLE", message), {
    owner: "network",
    isUndone: error instanceof UnsentError || (error instanceof DeadConnection && error.isUnsent),
  });
}

/** The client's body failed: neither the account nor the network is at fault. */
function requestBodyFault({ cause, message }: RequestBodyError): UpstreamFault {
  if (cause instanceof UpstreamFault) return cause;
  const rpc = cause instanceof RpcError
    ? cause
    : new RpcError("INVALID_ARGUMENT", `Cannot send the request: ${message}`);
  return new UpstreamFault("request", rpc);
}

/** The request would fail again with any account, so the status is one that clients do not retry. */
function certificateFault({ message }: CertificateError): UpstreamFault {
  return new UpstreamFault("request", new RpcError("FAILED_PRECONDITION", message), {
    owner: "network",
  });
}

async function readErrorBody(response: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    while (length <= ERROR_BODY_LIMIT) {
      const piece = await response.read();
      if (piece === undefined) return text;
      text += decoder.decode(piece, { stream: true });
      length += piece.length;
    }
    await response.cancel();
  } catch {
    // The part received before the connection failed is used.
  }
  return text;
}
