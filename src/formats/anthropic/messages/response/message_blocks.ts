/**
 * The content blocks of a message, as events: one block is open at a time, and indexes count from 0.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { BlockDelta, ContentBlock, MessageEvent } from "./message_event.ts";

/** A call of a client's tool, or of one that Google runs. */
export interface ToolUse {
  readonly type: "tool_use" | "server_tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** Where the events go. */
export interface MessageBlocksOptions {
  /** Called with each event, in order. */
  readonly send: (event: MessageEvent) => void;
  /** Whether a block's start has its tool's input; in streams, a delta has it. */
  readonly isWhole: boolean;
}

/** Opens, fills and closes blocks. */
export class MessageBlocks {
  readonly #send: (event: MessageEvent) => void;
  readonly #isWhole: boolean;
  #open: "text" | "thinking" | undefined;
  #count = 0;

  constructor({ send, isWhole }: MessageBlocksOptions) {
    this.#send = send;
    this.#isWhole = isWhole;
  }

  /** Whether a block of thinking is open: only there can a signature be sent. */
  get isThinking(): boolean {
    return this.#open === "thinking";
  }

  /** Adds to the open block of text, or opens one. */
  text(text: string): void {
    this.#become("text");
    this.#delta({ type: "text_delta", text });
  }

  /** Adds to the open block of thinking, or opens one. */
  thinking(thinking: string): void {
    this.#become("thinking");
    if (thinking !== "") this.#delta({ type: "thinking_delta", thinking });
  }

  /** Ends the block of thinking with its signature; opens an empty one if none is open. */
  signature(signature: string): void {
    this.#become("thinking");
    this.#delta({ type: "signature_delta", signature });
    this.close();
  }

  /** A block that calls a tool. Its input comes in one piece, as Gemini sends it. */
  toolUse({ type, id, name, input }: ToolUse): void {
    if (this.#isWhole) return this.whole({ type, id, name, input });
    this.#start({ type, id, name, input: {} });
    this.#delta({ type: "input_json_delta", partial_json: JSON.stringify(input) });
    this.#stop();
  }

  /** A block that has no deltas. */
  whole(block: ContentBlock): void {
    this.#start(block);
    this.#stop();
  }

  /** Closes the open block, if there is one. */
  close(): void {
    if (this.#open !== undefined) this.#stop();
    this.#open = undefined;
  }

  #become(type: "text" | "thinking"): void {
    if (this.#open === type) return;
    this.#start(
      type === "text" ? { type, text: "" } : { type, thinking: "", signature: "" },
    );
    this.#open = type;
  }

  #start(block: ContentBlock): void {
    this.close();
    this.#send({ type: "content_block_start", index: this.#count, content_block: block });
  }

  #delta(delta: BlockDelta): void {
    this.#send({ type: "content_block_delta", index: this.#count, delta });
  }

  #stop(): void {
    this.#send({ type: "content_block_stop", index: this.#count++ });
  }
}
