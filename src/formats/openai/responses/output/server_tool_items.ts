/**
 * What Google's own tools did, as items of the output: searches, code that ran, and images.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { ItemPlace, OutputList } from "./output_list.ts";

/** The container of code: Google has none that a client could name. */
const CONTAINER = "cntr_google";

/** A web search. */
export interface WebSearch {
  readonly queries: readonly string[];
  /** The pages that were found, if the client asked for them. */
  readonly sources?: readonly string[];
}

/** Adds a web search that is over. */
export function addWebSearch(output: OutputList, { queries, sources }: WebSearch): void {
  const place = output.add("ws_", { type: "web_search_call", status: "in_progress" });
  for (const state of ["in_progress", "searching", "completed"]) {
    place.emit(`web_search_call.${state}`);
  }
  const action = {
    type: "search",
    query: queries[0] ?? "",
    queries,
    ...(sources === undefined ? {} : { sources: sources.map((url) => ({ type: "url", url })) }),
  };
  place.done({ type: "web_search_call", status: "completed", action });
}

/** Adds an image. `data`: base64. */
export function addImage(output: OutputList, { data, format }: { data: string; format: string }) {
  const place = output.add("ig_", {
    type: "image_generation_call",
    status: "in_progress",
    result: null,
  });
  for (const state of ["in_progress", "generating", "completed"]) {
    place.emit(`image_generation_call.${state}`);
  }
  const done = { type: "image_generation_call", status: "completed" };
  place.done({ ...done, output_format: format, result: data });
  return place.id;
}

/** Code that runs. */
export class CodeItem {
  readonly #place: ItemPlace;
  readonly #code: string;

  constructor(output: OutputList, code: string) {
    this.#code = code;
    const members = { container_id: CONTAINER, outputs: null };
    const begun = { type: "code_interpreter_call", status: "in_progress", code: "", ...members };
    this.#place = output.add("ci_", begun);
    this.#place.emit("code_interpreter_call.in_progress");
    this.#place.emit("code_interpreter_call_code.delta", { delta: code });
    this.#place.emit("code_interpreter_call_code.done", { code });
    this.#place.emit("code_interpreter_call.interpreting");
  }

  /** The item's id. */
  get id(): string {
    return this.#place.id;
  }

  /** Ends the item. `logs`: what the code wrote, if the client asked for it. */
  finish(logs: string | undefined): void {
    this.#place.emit("code_interpreter_call.completed");
    this.#place.done({
      type: "code_interpreter_call",
      status: "completed",
      code: this.#code,
      container_id: CONTAINER,
      outputs: logs === undefined ? null : [{ type: "logs", logs }],
    });
  }
}

/** The queries and pages of a candidate's grounding; undefined if there was no search. */
export function searchOf(grounding: unknown): Required<WebSearch> | undefined {
  if (!isJsonObject(grounding)) return undefined;
  const queries = textsIn(grounding.webSearchQueries);
  const chunks = Array.isArray(grounding.groundingChunks) ? grounding.groundingChunks : [];
  const sources = chunks.flatMap((chunk) => textsIn([webOf(chunk)?.uri]));
  return queries.length === 0 && sources.length === 0 ? undefined : { queries, sources };
}

/** The web page of a grounding chunk. */
function webOf(chunk: unknown): JsonObject | undefined {
  return isJsonObject(chunk) && isJsonObject(chunk.web) ? chunk.web : undefined;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}
