/**
 * Why a message ended, in Anthropic's words.
 *
 * @see {@link https://docs.anthropic.com/en/api/handling-stop-reasons}
 * @module
 */
import { finishKind } from "../../../shared/response/finish_reasons.ts";
import type { MessageEnd } from "./message_event.ts";

/** What is known of the end of a response. */
export interface ResponseEnd {
  /** Google's finish reason; undefined if none came. */
  readonly finishReason: string | undefined;
  /** What Google says about it. */
  readonly finishMessage: string | undefined;
  /** Why the prompt was blocked; undefined if it was not. */
  readonly blockReason: string | undefined;
  /** Whether the message calls a tool of the client. */
  readonly callsTool: boolean;
}

/**
 * The end of the message. Gemini says `STOP` also for a stop sequence, so `stop_sequence` is never told. A response
 * that Google withheld is a refusal; Google's reason is in its details.
 */
export function messageEnd(
  { finishReason = "STOP", finishMessage, blockReason, callsTool }: ResponseEnd,
): MessageEnd {
  if (blockReason !== undefined) return refusal(`Google blocked the prompt: ${blockReason}`);
  const kind = finishKind(finishReason);
  if (kind === "filter") {
    const message = finishMessage === undefined ? "" : ` (${finishMessage})`;
    return refusal(`Google stopped the response: ${finishReason}${message}`);
  }
  if (kind === "length") return end("max_tokens");
  return end(callsTool ? "tool_use" : "end_turn");
}

function end(reason: string): MessageEnd {
  return { stop_reason: reason, stop_sequence: null, stop_details: null };
}

function refusal(explanation: string): MessageEnd {
  return {
    stop_reason: "refusal",
    stop_sequence: null,
    stop_details: { type: "refusal", category: null, explanation },
  };
}
