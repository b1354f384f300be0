/**
 * The model's thoughts, and the signatures that a client carries, as an item of the output.
 *
 * @see {@link https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import type { ItemPlace, OutputList } from "./output_list.ts";

const FIRST_PART = { summary_index: 0 };

/** Reasoning that is being written. */
export class ReasoningItem {
  readonly #place: ItemPlace;
  #summary: string | undefined;

  constructor(output: OutputList) {
    this.#place = output.add("rs_", { type: "reasoning", summary: [] });
  }

  /** Adds to the summary. */
  add(delta: string): void {
    if (delta === "") return;
    if (this.#summary === undefined) {
      this.#summary = "";
      this.#place.emit("reasoning_summary_part.added", { ...FIRST_PART, part: summaryPart("") });
    }
    this.#summary += delta;
    this.#place.emit("reasoning_summary_text.delta", { ...FIRST_PART, delta });
  }

  /** Ends the item. `encrypted`: the signatures for a stateless client; undefined for others. */
  finish(encrypted: string | undefined): void {
    const text = this.#summary;
    const summary = text === undefined ? [] : [summaryPart(text)];
    for (const part of summary) {
      this.#place.emit("reasoning_summary_text.done", { ...FIRST_PART, text: part.text });
      this.#place.emit("reasoning_summary_part.done", { ...FIRST_PART, part });
    }
    this.#place.done({
      type: "reasoning",
      summary,
      ...defined({ encrypted_content: encrypted }),
    });
  }
}

function summaryPart(text: string) {
  return { type: "summary_text", text };
}
