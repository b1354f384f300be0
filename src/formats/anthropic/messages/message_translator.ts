/**
 * Translates the chunks of a stream to the frames of a streamed message.
 *
 * @see {@link https://docs.anthropic.com/en/docs/build-with-claude/streaming}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { EventTranslator } from "../../operation.ts";
import { eventFrame } from "../../shared/response/sse_frames.ts";
import { anthropicErrorBody } from "../anthropic_error.ts";
import { type MessageScope, MessageWriter } from "./response/message_writer.ts";

/** Anthropic's own way to keep a stream alive. */
const PING = eventFrame("ping", { type: "ping" });

/** The translator of one response. */
export class MessageTranslator implements EventTranslator {
  readonly keepAlive = PING;
  readonly #writer: MessageWriter;
  #frames = "";

  constructor(scope: MessageScope) {
    this.#writer = new MessageWriter(scope, {
      send: (event) => this.#frames += eventFrame(event.type, event),
      isWhole: false,
    });
  }

  chunk(chunk: JsonObject): string {
    this.#writer.chunk(chunk);
    return this.#taken();
  }

  error(error: RpcError): string {
    return eventFrame("error", anthropicErrorBody(error));
  }

  end(): string {
    this.#writer.end();
    return this.#taken();
  }

  #taken(): string {
    const frames = this.#frames;
    this.#frames = "";
    return frames;
  }
}
