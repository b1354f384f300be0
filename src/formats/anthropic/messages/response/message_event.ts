/**
 * The events of a streamed message, as Anthropic's clients read them.
 *
 * @see {@link https://docs.anthropic.com/en/docs/build-with-claude/streaming}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";

/** One event. Its type is also the name of its frame. */
export type MessageEvent =
  | { readonly type: "message_start"; readonly message: JsonObject }
  | { readonly type: "ping" }
  | {
    readonly type: "content_block_start";
    readonly index: number;
    readonly content_block: ContentBlock;
  }
  | { readonly type: "content_block_delta"; readonly index: number; readonly delta: BlockDelta }
  | { readonly type: "content_block_stop"; readonly index: number }
  | { readonly type: "message_delta"; readonly delta: MessageEnd; readonly usage: JsonObject }
  | { readonly type: "message_stop" };

/** A content block of a response. */
export type ContentBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | {
    readonly type: "tool_use" | "server_tool_use";
    readonly id: string;
    readonly name: string;
    readonly input: JsonObject;
  }
  | {
    readonly type: "web_search_tool_result" | "code_execution_tool_result";
    readonly tool_use_id: string;
    readonly content: unknown;
  };

/** What an event adds to the open block. */
export type BlockDelta =
  | { readonly type: "text_delta"; readonly text: string }
  | { readonly type: "thinking_delta"; readonly thinking: string }
  | { readonly type: "signature_delta"; readonly signature: string }
  | { readonly type: "input_json_delta"; readonly partial_json: string };

/** Why the message ended: the fields that `message_delta` sets. */
export interface MessageEnd extends JsonObject {
  readonly stop_reason: string;
  /** Always null: Gemini does not say which stop sequence it met. */
  readonly stop_sequence: null;
  readonly stop_details: JsonObject | null;
}
