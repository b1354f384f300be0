/**
 * Finish reasons in OpenAI's words.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/object#chat-object-choices-finish_reason}
 * @module
 */
import { type FinishKind, finishKind } from "../shared/response/finish_reasons.ts";

/** The words that clients know. */
export type FinishReason = "stop" | "length" | "tool_calls" | "function_call" | "content_filter";

const WORDS: Readonly<Record<FinishKind, FinishReason>> = {
  stop: "stop",
  length: "length",
  filter: "content_filter",
  malformed: "stop",
};

/**
 * The word for a native reason.
 *
 * @param reason Absent if Gemini gave none.
 * @param calls The word for a response with function calls that ended by itself; undefined if it has none.
 */
export function finishReason(
  reason: string | undefined,
  calls?: "tool_calls" | "function_call",
): FinishReason {
  const word = reason === undefined ? "stop" : WORDS[finishKind(reason)];
  return word === "stop" ? calls ?? "stop" : word;
}

/** Google's own reason, where OpenAI's word does not tell it: as the member that other gateways have for it, too. */
export function nativeFinishReason(
  reason: string | undefined,
): { readonly native_finish_reason?: string } {
  return reason === undefined || reason === "STOP" || reason === "MAX_TOKENS"
    ? {}
    : { native_finish_reason: reason };
}
