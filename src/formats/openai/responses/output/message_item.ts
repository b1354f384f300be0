/**
 * The model's text as an item of the output.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/object#responses/object-output}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { ItemPlace, OutputList } from "./output_list.ts";

const FIRST_PART = { content_index: 0 };

/** A message that is being written. */
export class MessageItem {
  readonly #place: ItemPlace;
  #text = "";
  readonly #annotations: JsonObject[] = [];
  readonly #logprobs: JsonObject[] = [];

  constructor(output: OutputList) {
    this.#place = output.add("msg_", {
      type: "message",
      status: "in_progress",
      content: [],
      role: "assistant",
    });
    this.#place.emit("content_part.added", { ...FIRST_PART, part: textPart("") });
  }

  /** The item's id. */
  get id(): string {
    return this.#place.id;
  }

  /** The text so far. */
  get text(): string {
    return this.#text;
  }

  /** Adds text. `logprobs`: those of its tokens, if they are known. */
  add(delta: string, logprobs: readonly JsonObject[]): void {
    if (delta === "" && logprobs.length === 0) return;
    this.#text += delta;
    for (const logprob of logprobs) this.#logprobs.push(logprob);
    this.#place.emit("output_text.delta", { ...FIRST_PART, delta, logprobs });
  }

  /** Adds an annotation of the text. */
  annotate(annotation: JsonObject): void {
    const annotation_index = this.#annotations.push(annotation) - 1;
    this.#place.emit("output_text.annotation.added", {
      ...FIRST_PART,
      annotation_index,
      annotation,
    });
  }

  /** Ends the message. `status`: `incomplete` if the response ended in the middle of it. */
  finish(status: "completed" | "incomplete"): void {
    const part = textPart(this.#text, {
      annotations: this.#annotations,
      logprobs: this.#logprobs,
    });
    const { logprobs } = part;
    this.#place.emit("output_text.done", { ...FIRST_PART, text: this.#text, logprobs });
    this.#place.emit("content_part.done", { ...FIRST_PART, part });
    this.#place.done({ type: "message", status, content: [part], role: "assistant" });
  }
}

/** Adds a message that refuses, whole. */
export function addRefusal(output: OutputList, refusal: string): void {
  const message = { type: "message", role: "assistant" };
  const place = output.add("msg_", { ...message, status: "in_progress", content: [] });
  const part = { type: "refusal", refusal };
  place.emit("content_part.added", { ...FIRST_PART, part: { type: "refusal", refusal: "" } });
  place.emit("refusal.delta", { ...FIRST_PART, delta: refusal });
  place.emit("refusal.done", { ...FIRST_PART, refusal });
  place.emit("content_part.done", { ...FIRST_PART, part });
  place.done({ ...message, status: "completed", content: [part] });
}

function textPart(text: string, members: TextMembers = { annotations: [], logprobs: [] }) {
  return { type: "output_text", ...members, text };
}

interface TextMembers {
  readonly annotations: readonly JsonObject[];
  readonly logprobs: readonly JsonObject[];
}
