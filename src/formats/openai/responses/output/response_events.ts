/**
 * The events of a streamed response, numbered, as frames.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses-streaming}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { eventFrame, lineFrame, oneLineJson } from "../../../shared/response/sse_frames.ts";

/** Where a response reports what happens to it. */
export interface EventSink {
  /** Reports an event: its type, without `response.` before it, and its own members. */
  emit(type: string, members: JsonObject): void;
  /** Reports a failure. Many clients raise at this event alone, and take a failed response for a short one. */
  fail(failure: { readonly code: string; readonly message: string }): void;
}

/** Ignores all events: a whole response is sent as one object. */
export const NO_EVENTS: EventSink = { emit: () => {}, fail: () => {} };

/** Makes the frames of a stream's events. */
export class ResponseEvents implements EventSink {
  #frames = "";
  #count = 0;
  #shown: { readonly response: JsonObject; readonly line: string } | undefined;

  emit(type: string, members: JsonObject): void {
    const { response } = members;
    if (isJsonObject(response)) this.#addResponse(`response.${type}`, response);
    else this.#add(`response.${type}`, members);
  }

  fail({ code, message }: { readonly code: string; readonly message: string }): void {
    const error = { code, message, param: null };
    // The documented event has them itself; the clients read them in `error`.
    this.#add("error", { ...error, error: { type: code, ...error } });
  }

  /** The first two events have the same response, which repeats the instructions and the tools: it is written once. */
  #addResponse(type: string, response: JsonObject): void {
    if (this.#shown?.response !== response) {
      this.#shown = { response, line: oneLineJson(response) };
    }
    const head = `"type":"${type}","sequence_number":${this.#count++}`;
    this.#frames += lineFrame(type, `{${head},"response":${this.#shown.line}}`);
  }

  #add(type: string, members: JsonObject): void {
    this.#frames += eventFrame(type, { type, sequence_number: this.#count++, ...members });
  }

  /** Takes the frames of the events since the last call. */
  take(): string {
    const frames = this.#frames;
    this.#frames = "";
    return frames;
  }
}
