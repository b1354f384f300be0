/**
 * The events of a streamed response, numbered, as frames.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses-streaming}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { eventFrame } from "../../../shared/sse_frames.ts";

/** Where a response reports what happens to it. */
export interface EventSink {
  /** Reports an event: its type, without `response.` before it, and its own members. */
  emit(type: string, members: JsonObject): void;
}

/** Ignores all events: a whole response is sent as one object. */
export const NO_EVENTS: EventSink = { emit: () => {} };

/** Makes the frames of a stream's events. */
export class ResponseEvents implements EventSink {
  #frames = "";
  #count = 0;

  emit(type: string, members: JsonObject): void {
    const name = `response.${type}`;
    const event = { type: name, sequence_number: this.#count++, ...members };
    this.#frames += eventFrame(name, event);
  }

  /** Takes the frames of the events since the last call. */
  take(): string {
    const frames = this.#frames;
    this.#frames = "";
    return frames;
  }
}
