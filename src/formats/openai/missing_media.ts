/**
 * The error for responses that hold nothing of what was asked for.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { blockReasonOf, candidatesOf } from "../shared/response/response_parts.ts";

/** Longest text of a model that the message quotes, in characters. */
const LONGEST_QUOTE = 300;

/**
 * The error. It says why, as far as Google does: the finish reasons, the block reason, and what the model wrote
 * instead.
 *
 * @param options `what`: what is missing, such as `image`; `hint`: what to do, as a sentence.
 * @returns INVALID_ARGUMENT: the same request would fail, and be billed, again.
 */
export function missingMedia(
  responses: readonly JsonObject[],
  { what, hint }: { readonly what: string; readonly hint: string },
): RpcError {
  const reasons = new Set(responses.flatMap(reasonsOf));
  const why = reasons.size === 0 ? "" : ` (${[...reasons].join("; ")})`;
  const text = responses.flatMap(textsOf).join("").slice(0, LONGEST_QUOTE);
  const said = text === "" ? "" : ` It wrote: ${JSON.stringify(text)}.`;
  return new RpcError("INVALID_ARGUMENT", `The model returned no ${what}${why}.${said} ${hint}`);
}

function reasonsOf(response: JsonObject): string[] {
  const blocked = blockReasonOf(response);
  const finished = candidatesOf(response).flatMap(({ finishReason, finishMessage }) =>
    finishReason === undefined || finishReason === "STOP"
      ? []
      : [finishMessage === undefined ? finishReason : `${finishReason}: ${finishMessage}`]
  );
  const predictions: readonly unknown[] = Array.isArray(response.predictions)
    ? response.predictions
    : [];
  const filtered = predictions.filter(isJsonObject).flatMap(({ raiFilteredReason }) =>
    typeof raiFilteredReason === "string" ? [raiFilteredReason] : []
  );
  return [
    ...(blocked === undefined ? [] : [`prompt blocked: ${blocked}`]),
    ...finished,
    ...filtered,
  ];
}

function textsOf(response: JsonObject): string[] {
  return candidatesOf(response).flatMap(({ parts }) => parts)
    .flatMap((part) => part.type === "text" ? [part.text] : []);
}
