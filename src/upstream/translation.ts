/**
 * How each kind of account serves a method. Every kind has a table of translations.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import { type MethodName, METHODS } from "../gemini/api/methods.ts";
import { sendForBytes } from "./exchange/byte_response.ts";
import { sendForStream } from "./exchange/event_stream.ts";
import { sendForEvents } from "./exchange/interaction_stream.ts";
import type { Exchange } from "./exchange/exchange.ts";
import { openSocket } from "./exchange/upstream_socket.ts";
import { sendForUpload } from "./exchange/upload_response.ts";
import type { Transfer, UpstreamCall, UpstreamResponse } from "./upstream.ts";
import { sendForJson, sendForResponse } from "./exchange/whole_response.ts";

/**
 * A request of a call, rewritten for its kind of account. One of three members sets its path: `action` (of the call's
 * model), `path` (which begins after the version) or `socket` (the whole path of a WebSocket). A `transfer` sets the
 * verb, headers, body and address of an upload.
 */
export type TranslatedRequest =
  & {
    readonly body?: Uint8Array | undefined;
    /** Additional headers, by names in lower case. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly transfer?: Transfer;
    /** Whether an API key is sent as a bearer token. Default: in the header that Google's own clients use. */
    readonly isBearer?: boolean;
    /** Whether the request is for the Gemini API, although the account is of another kind. */
    readonly isForGemini?: boolean;
  }
  & TranslatedPath;

/** The path of a {@linkcode TranslatedRequest}. */
export type TranslatedPath =
  | { readonly action: string }
  | { readonly path: string }
  | { readonly socket: string };

/** Sends a request of a call, and reads the response as the method's row declares. */
export type SendRequest = (
  call: UpstreamCall,
  request: TranslatedRequest,
) => Promise<UpstreamResponse>;

/** Builds the requests of a call, sends them, and combines their responses into one. */
export type Translation = (call: UpstreamCall, send: SendRequest) => Promise<UpstreamResponse>;

/**
 * Sends a request, and reads its response as the method's row declares.
 *
 * @param isEnveloped Whether the response is in Code Assist's envelope.
 * @throws {UpstreamFault}
 */
export async function sendFor(
  { method, listener, sockets }: UpstreamCall,
  exchange: Exchange,
  { isEnveloped = false }: { readonly isEnveloped?: boolean } = {},
): Promise<UpstreamResponse> {
  const { response, isTurn } = METHODS[method];
  switch (response) {
    case "stream":
      return {
        type: response,
        events: await sendForStream(exchange, { isEnveloped, listener }),
      };
    case "events":
      return await sendForEvents(exchange, listener);
    case "bytes":
      return { type: response, ...await sendForBytes(exchange) };
    case "socket":
      return { type: response, socket: await openSocket(exchange, sockets) };
    case "upload":
      return await sendForUpload(exchange);
    case "json": {
      const sender = isTurn ? sendForResponse : sendForJson;
      return { type: response, bytes: await sender(exchange, { isEnveloped }) };
    }
  }
}

/** The client's body, unchanged; undefined if the method has no body. */
export function bodyOf({ method, request }: UpstreamCall): Uint8Array | undefined {
  return METHODS[method].body === "none" ? undefined : request.bytes;
}

/** The end of a path: an action, with the query for the method's type of response. */
export function actionPath({ method }: UpstreamCall, action: string): string {
  return METHODS[method].response === "stream" ? `:${action}?alt=sse` : `:${action}`;
}

/** The error for a method that the kind of account does not serve. */
export function unserved(kind: AccountKind, method: MethodName): TypeError {
  return new TypeError(`A ${kind} account does not serve "${method}"`);
}
