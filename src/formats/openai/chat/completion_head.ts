/**
 * What a chat completion and all its chunks begin with.
 *
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { ChatScope } from "./chat_scope.ts";

/** The members that all chunks have in common. */
export interface CompletionHead {
  readonly id: string;
  /** In s since the epoch. */
  readonly created: number;
  /** The model that responded. */
  readonly model: string;
}

/** What the head is made of, besides the response. */
export interface HeadScope extends Pick<ChatScope, "context" | "model"> {
  /** The prefix of the id. Default: that of chat completions. */
  readonly prefix?: string;
}

/**
 * The head of a response.
 *
 * @param response The native response, or the first chunk.
 */
export function completionHead(
  { responseId, modelVersion }: JsonObject,
  { context, model, prefix = "chatcmpl-" }: HeadScope,
): CompletionHead {
  return {
    id: typeof responseId === "string" && responseId !== ""
      ? prefix + responseId
      : context.newId(prefix),
    created: Math.floor(context.nowMs / 1000),
    model: typeof modelVersion === "string" && modelVersion !== "" ? modelVersion : model,
  };
}
