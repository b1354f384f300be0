/**
 * How a kind of account takes a method: each translation is an entry of its kind's table.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import { type MethodName, METHODS } from "../gemini/api/methods.ts";
import { sendForStream } from "./event_stream.ts";
import type { Exchange } from "./exchange.ts";
import type { UpstreamCall, UpstreamResponse } from "./upstream.ts";
import { sendForJson, sendForResponse } from "./whole_response.ts";

/** A request of a call, as its kind of account takes it. */
export interface TranslatedRequest {
  /** What follows the colon of the path. */
  readonly action: string;
  readonly body: Uint8Array;
}

/** Sends a request of a call, and reads the response by the row of the call's method. */
export type SendRequest = (
  call: UpstreamCall,
  request: TranslatedRequest,
) => Promise<UpstreamResponse>;

/** Makes the requests of a call, sends them, and makes one response of what comes. */
export type Translation = (call: UpstreamCall, send: SendRequest) => Promise<UpstreamResponse>;

/**
 * Sends a request, and reads its response by the row of the call's method.
 *
 * @param isEnveloped Whether the response is in Code Assist's envelope.
 * @throws {UpstreamFault}
 */
export async function sendFor(
  { method, listener }: UpstreamCall,
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
    case "json": {
      const sender = isTurn ? sendForResponse : sendForJson;
      return { type: response, bytes: await sender(exchange, { isEnveloped }) };
    }
  }
}

/** An action, with what asks for a response of the method's kind. */
export function actionPath({ method }: UpstreamCall, action: string): string {
  return METHODS[method].response === "stream" ? `:${action}?alt=sse` : `:${action}`;
}

/** The error for a method that a kind's account was asked for, and its row does not name. */
export function unserved(kind: AccountKind, method: MethodName): TypeError {
  return new TypeError(`A ${kind} account does not serve "${method}"`);
}
