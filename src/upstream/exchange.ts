/**
 * One HTTP request to an upstream, and every way in which it can fail.
 *
 * @module
 */
import type { ProxyConnections } from "../accounts/proxy_connections.ts";
import { rpcErrorFromBody } from "../gemini/error_body.ts";
import { RpcError } from "../gemini/rpc_error.ts";
import type { Clock } from "../pool/clock.ts";
import { classify } from "./classify.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/** The headers that prove who the account is. */
const CREDENTIALS = ["authorization", "x-goog-api-key"] as const;

/** No key or token is shorter, in characters; shorter texts stand in messages by chance. */
const SHORTEST_CREDENTIAL = 8;

/** An error body beyond this many bytes is cut: nothing useful is so long. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** What a model answers has at least so many bytes: `{}` says nothing. */
export const SHORTEST_ANSWER = 8;

/** What to send. */
export interface Exchange {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The account's own way out; absent where it has no proxy. */
  readonly connections?: ProxyConnections | undefined;
}

/**
 * Sends a request and gives the answer if it is a good one.
 *
 * @param exchange What to send.
 * @returns An answer with a 2xx status; its body has not been read.
 * @throws {UpstreamFault} For everything else.
 */
export async function send(exchange: Exchange): Promise<Response> {
  const { method, url, headers, body, signal, clock, connections } = exchange;
  const init: RequestInit = {
    method,
    headers,
    signal,
    // A redirect would carry the account's credential to wherever it points.
    redirect: "manual",
    // The cast only narrows the buffer's type: a body never lives in shared memory.
    body: body === undefined ? null : body as Uint8Array<ArrayBuffer>,
  };
  let response: Response;
  try {
    response = await (connections === undefined ? fetch(url, init) : connections.fetch(url, init));
  } catch (error) {
    throw networkFault(error, exchange);
  }
  if (response.ok) return response;
  const said = withoutCredentials(await readErrorBody(response), headers);
  const error = rpcErrorFromBody(response.status, said);
  throw classify(error, {
    nowMs: clock.now(),
    retryAfterHeader: response.headers.get("retry-after") ?? undefined,
  });
}

/**
 * Sends a request whose answer is passed on as it comes: Deno then moves the bytes itself, and none of
 * them takes up memory here.
 *
 * @param exchange What to send.
 * @param leastBytes An answer that declares to be shorter is empty.
 * @returns The body of a JSON answer.
 * @throws {UpstreamFault} Also when the answer is empty or is not JSON.
 */
export async function sendForBody(
  exchange: Exchange,
  leastBytes = 1,
): Promise<ReadableStream<Uint8Array>> {
  const { body, headers } = await send(exchange);
  const length = Number(headers.get("content-length") ?? Number.NaN);
  const isJson = headers.get("content-type")?.startsWith("application/json") ?? false;
  const isEmpty = body === null || length < (isJson ? leastBytes : 1);
  if (!isEmpty && isJson) return body;
  // A body that nobody reads keeps its connection.
  await body?.cancel();
  throw nonsense(isEmpty ? "an empty answer" : "an answer that is not JSON");
}

/**
 * Sends a request and reads its answer whole.
 *
 * @param exchange What to send.
 * @returns The bytes of a JSON object.
 * @throws {UpstreamFault} Also when the answer breaks off, is empty, or is no JSON object.
 */
export async function sendForJson(exchange: Exchange): Promise<Uint8Array> {
  const response = await send(exchange);
  let bytes: Uint8Array;
  try {
    bytes = await response.bytes();
  } catch (error) {
    throw networkFault(error, exchange);
  }
  // The outermost braces tell an answer from an HTML page or half an answer without parsing it twice.
  if (firstByte(bytes) === 0x7b && lastByte(bytes) === 0x7d) return bytes;
  throw nonsense(bytes.length === 0 ? "an empty answer" : "an answer that is not a JSON object");
}

/**
 * Gives an answer's body up when its request is aborted: reads then end. Deno does so itself, but only
 * until the garbage collector runs, since it holds the link from a signal to an answer that has begun
 * weakly.
 *
 * @param reader Of the answer's body, if it has one.
 * @param signal The request's.
 */
export function cancelOnAbort(
  reader: { cancel(): Promise<void> } | undefined,
  signal: AbortSignal,
): void {
  // A body that is being given up can fail in no way that still matters.
  signal.addEventListener("abort", () => void reader?.cancel().catch(() => {}), { once: true });
}

/**
 * The fault for an answer of 200 that holds no answer.
 *
 * @param what What came instead, as in "an empty answer".
 */
export function nonsense(what: string): UpstreamFault {
  const message = `Upstream sent ${what}. Try again in a moment`;
  return new UpstreamFault("passing", new RpcError("UNAVAILABLE", message));
}

/**
 * The fault for a request or an answer that broke.
 *
 * @param error What fetch or the body's reader threw.
 * @param at The request's signal and address, and its proxy, if it went through one.
 */
export function networkFault(
  error: unknown,
  at: Pick<Exchange, "signal" | "url" | "connections">,
): UpstreamFault {
  if (at.signal.aborted && at.signal.reason instanceof UpstreamFault) return at.signal.reason;
  const words = error instanceof Error ? error.message : String(error);
  // Deno names the cause last, behind the address and its own layers.
  const cause = words.split(": ").at(-1)?.replace(/ \(os error \d+\)$/, "") ?? words;
  const way = at.connections === undefined ? "" : " through the account's proxy";
  const message = `The connection to ${
    new URL(at.url).origin
  }${way} failed: ${cause}. Try again in a moment`;
  return new UpstreamFault("passing", new RpcError("UNAVAILABLE", message), { owner: "network" });
}

async function readErrorBody(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    // Leaving the loop cancels the body, which frees the connection.
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      length += chunk.length;
      if (length > ERROR_BODY_LIMIT) break;
    }
  } catch {
    // What came before the break is as good a reason as there will be.
  }
  return text;
}

/** What upstream said, without the credential that it was sent: Google names the key that it suspends. */
function withoutCredentials(said: string, headers: Exchange["headers"]): string {
  return CREDENTIALS
    .map((name) => headers[name]?.replace(/^Bearer /, "") ?? "")
    .filter((secret) => secret.length >= SHORTEST_CREDENTIAL)
    .reduce((text, secret) => text.replaceAll(secret, "***"), said);
}

function firstByte(bytes: Uint8Array): number | undefined {
  return bytes.find(isNoSpace);
}

function lastByte(bytes: Uint8Array): number | undefined {
  return bytes.findLast(isNoSpace);
}

function isNoSpace(byte: number): boolean {
  return byte > 0x20;
}
