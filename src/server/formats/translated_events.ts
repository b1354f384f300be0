/**
 * Translates the events of an interaction to another API's stream, event by event.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { EventTranslator } from "../../formats/operation.ts";
import { METHODS } from "../../gemini/api/methods.ts";
import type { ObservedEvent } from "../../gemini/interactions/interaction_event.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import { toRpcError } from "../response/error_response.ts";
import { byteStream } from "../response/byte_response.ts";
import { responseJson } from "./response_json.ts";
import { keepAliveOf } from "./translated_writer.ts";

/** Longest event, in characters: an image. */
const LONGEST_EVENT = 64 * 1024 * 1024;

/** The frames for the client. Keeps up with the usage and the errors that the events report. */
export function translatedEvents(
  events: AsyncIterable<readonly ObservedEvent[]>,
  { call, translator }: { readonly call: ClientCall; readonly translator: EventTranslator },
): ReadableStream<Uint8Array> {
  const frames = new EventFrames(events[Symbol.asyncIterator](), { call, translator });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const frame = await frames.next();
      if (frame === undefined) controller.close();
      else controller.enqueue(utf8Bytes(frame));
    },
    cancel: () => frames.cancel(),
  }, { highWaterMark: 0 });
  return byteStream(body, { call, hasLength: false, keepAlive: keepAliveOf(translator) });
}

interface FrameParts {
  readonly call: ClientCall;
  readonly translator: EventTranslator;
}

class EventFrames {
  readonly #events: AsyncIterator<readonly ObservedEvent[]>;
  readonly #parts: FrameParts;
  readonly #utf8 = new TextDecoder();
  /** The beginning of an event whose end has not come. */
  #begun: string[] = [];
  #length = 0;
  /** The last characters: they tell the end of an event. */
  #tail = "";
  #isOver = false;

  constructor(events: AsyncIterator<readonly ObservedEvent[]>, parts: FrameParts) {
    this.#events = events;
    this.#parts = parts;
  }

  /** The next frames; undefined at the end. Never rejects. */
  async next(): Promise<string | undefined> {
    while (!this.#isOver) {
      const frames = await this.#read();
      if (frames !== "") return frames;
    }
    return undefined;
  }

  async cancel(): Promise<void> {
    this.#isOver = true;
    await this.#events.return?.();
  }

  async #read(): Promise<string> {
    const { call: { lifecycle, method }, translator } = this.#parts;
    try {
      const { done, value } = await this.#events.next();
      if (done) {
        this.#isOver = true;
        return translator.end();
      }
      let frames = "";
      for (const { bytes, facts: { usage, error } } of value) {
        if (usage !== undefined && METHODS[method].usage !== "none") lifecycle.used(usage);
        if (error !== undefined) return frames + await this.#fail(error);
        const event = this.#eventIn(bytes);
        if (event !== undefined) frames += translator.chunk(event);
      }
      return frames;
    } catch (error) {
      return await this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<string> {
    const { call: { lifecycle, watch }, translator } = this.#parts;
    this.#isOver = true;
    const rpc = toRpcError(watch.over ?? error, lifecycle.record.redaction);
    lifecycle.failed(rpc);
    await this.#events.return?.();
    return translator.error(rpc);
  }

  /** The data of an event when it is whole. */
  #eventIn(bytes: Uint8Array): JsonObject | undefined {
    const text = this.#utf8.decode(bytes, { stream: true });
    this.#begun.push(text);
    this.#length += text.length;
    if (this.#length > LONGEST_EVENT) throw new Error("An event of the interaction is too long");
    this.#tail = (this.#tail + text).slice(-4);
    if (!/(?:\n\n|\r\r|\r\n\r\n)$/.test(this.#tail)) return undefined;
    const event = this.#begun.join("");
    this.#begun = [];
    this.#length = 0;
    const data = event.split(/\r\n|\r|\n/).filter((line) => line.startsWith("data:"))
      .map((line) => line.slice("data:".length)).join("\n").trim();
    if (data === "" || data === "[DONE]") return undefined;
    const value = responseJson(utf8Bytes(data));
    return isJsonObject(value) ? value : undefined;
  }
}
