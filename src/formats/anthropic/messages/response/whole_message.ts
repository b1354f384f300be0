/**
 * A whole message, put together from its events. So a whole response has the same blocks as a streamed one.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { BlockDelta, MessageEvent } from "./message_event.ts";
import { type MessageScope, MessageWriter } from "./message_writer.ts";

/** The message for a native response. Searches stand before the text that uses what they found. */
export function wholeMessage(response: JsonObject, scope: MessageScope): JsonObject {
  const message = new WholeMessage();
  const writer = new MessageWriter(scope, { send: (event) => message.add(event), isWhole: true });
  if (scope.showsSearches) writer.searchesFirst(response);
  writer.chunk(response);
  writer.end();
  return message.json;
}

/** A content block while deltas are added to it. */
type OpenBlock = Record<string, unknown>;

/** Collects the events of one message. */
class WholeMessage {
  readonly #content: OpenBlock[] = [];
  #message: JsonObject = {};

  /** Adds an event, in the order of the stream. */
  add(event: MessageEvent): void {
    if (event.type === "message_start") this.#message = event.message;
    else if (event.type === "content_block_start") this.#content.push({ ...event.content_block });
    else if (event.type === "content_block_delta") this.#extend(event.delta);
    else if (event.type === "message_delta") {
      const { usage } = this.#message;
      this.#message = {
        ...this.#message,
        ...event.delta,
        usage: { ...(isJsonObject(usage) ? usage : {}), ...event.usage },
      };
    }
  }

  /** The message, after its last event. */
  get json(): JsonObject {
    return { ...this.#message, content: this.#content };
  }

  #extend(delta: BlockDelta): void {
    const block = this.#content.at(-1);
    if (block === undefined) return;
    if (delta.type === "text_delta") block.text = `${block.text}${delta.text}`;
    else if (delta.type === "thinking_delta") {
      block.thinking = `${block.thinking}${delta.thinking}`;
    } else if (delta.type === "signature_delta") block.signature = delta.signature;
  }
}
