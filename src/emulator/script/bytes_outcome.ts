/**
 * Applies scripted outcomes to calls whose requests or responses are bytes: uploads and downloads.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";
import type { BodyStep, Exchange } from "../http/exchange.ts";
import { faultContext, type ServiceCall, spendCredentials } from "../models/model_call.ts";
import { responseForm } from "../route.ts";
import { respondAsScripted } from "./scripted_response.ts";
import { utf8Bytes } from "../../base/text/text.ts";

/** A response whose body is known before it is sent. */
export interface PreparedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A text, or pieces. */
  readonly body: string | readonly Uint8Array[];
}

/**
 * Takes the account's outcome for a call and applies it.
 *
 * @param call `scriptedAs`: what scripts name it, if that is not its method.
 * @param prepare Reads the request's body, if the call has one, and makes the response.
 */
export async function respondBytes(
  call: ServiceCall & { readonly scriptedAs?: string },
  prepare: () => PreparedResponse | Promise<PreparedResponse>,
): Promise<Response> {
  const { scriptedAs: method = call.route.method } = call;
  const { account, exchange, route, bytes } = call;
  const outcome = account.take({ method });
  spendCredentials(outcome, call);
  switch (outcome.type) {
    case "hang":
      await exchange.hang();
      return responseOf(await prepare(), call);
    case "ok":
      return responseOf(await prepare(), call);
    case "hang-after-headers":
      return responseOf(await prepare(), call, { holdFirst: true });
    case "reset-mid-stream":
      return responseOf(await prepare(), call, { resetHalfway: true });
    case "reset-mid-body":
      bytes.cutAfter(outcome.afterBytes);
      await Promise.resolve().then(prepare).catch(ignore);
      return resetNow(exchange);
    case "reset-after-body":
      await prepare();
      return resetNow(exchange);
    case "reset":
      return resetNow(exchange);
    default:
      await bytes.drain();
      return await respondAsScripted(outcome, {
        form: responseForm(route, call.query),
        context: faultContext(call, ""),
        exchange,
        make: () => [{}],
      });
  }
}

function resetNow(exchange: Exchange): Response {
  exchange.reset();
  return new Response(null, { status: 500 });
}

function responseOf(
  { status, headers, body }: PreparedResponse,
  { exchange }: ServiceCall,
  damage: { readonly holdFirst?: boolean; readonly resetHalfway?: boolean } = {},
): Response {
  const { holdFirst = false, resetHalfway = false } = damage;
  if (typeof body === "string" && !holdFirst && !resetHalfway) {
    return new Response(body, { status, headers });
  }
  const pieces = typeof body === "string" ? [utf8Bytes(body)] : body;
  const steps: BodyStep[] = resetHalfway ? firstHalf(pieces) : [...pieces];
  if (holdFirst) steps.unshift("hold");
  return new Response(exchange.body(steps, resetHalfway), { status, headers });
}

function firstHalf(pieces: readonly Uint8Array[]): Uint8Array[] {
  const [first] = pieces;
  if (pieces.length > 1) return pieces.slice(0, pieces.length / 2);
  return first === undefined ? [] : [first.subarray(0, first.length / 2)];
}
