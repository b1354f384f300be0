/**
 * Builds the contents of a native request from the messages of another API.
 *
 * @see {@link https://ai.google.dev/api/caching#Content}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";

/** The members of a request that hold the conversation. */
export interface BuiltContents {
  readonly contents: readonly JsonObject[];
  readonly systemInstruction?: JsonObject;
}

interface Content {
  readonly role: "user" | "model";
  readonly parts: JsonObject[];
  /** The results of function calls that it holds, with their positions. */
  readonly results?: { readonly parts: readonly JsonObject[]; readonly position: number }[];
}

/**
 * The builder. It takes the messages in their order. Consecutive messages of one role become one content. The results
 * of all calls of a model's content are one content right after it, as Google requires; what the user says is another
 * one, so that it begins a new turn.
 */
export class ContentsBuilder {
  readonly #system: JsonObject[] = [];
  readonly #contents: Content[] = [];
  /** The content of the results for the last content of the model. */
  #results: Content | undefined;

  /** Adds an instruction of the system, wherever in the conversation it stands. Empty texts are dropped. */
  system(text: string): void {
    if (text !== "") this.#system.push({ text });
  }

  /** Adds parts of the user. Empty texts are dropped, and so are messages without parts. */
  user(parts: readonly JsonObject[]): void {
    this.#add("user", parts);
  }

  /** Adds parts of the model; as {@linkcode user}. */
  model(parts: readonly JsonObject[]): void {
    if (this.#add("model", parts)) this.#results = undefined;
  }

  /**
   * Adds the parts with the result of one function call.
   *
   * @param position The position of the call in the conversation: results are ordered as their calls, since without
   * ids Google tells them apart by their order. Default: the order in which they are added.
   */
  results(parts: readonly JsonObject[], position = 0): void {
    if (parts.length === 0) return;
    if (this.#results === undefined) {
      this.#results = { role: "user", parts: [], results: [] };
      const after = this.#contents.findLastIndex(({ role }) => role === "model");
      // Without a content of the model, the results stand where the client put them.
      if (after < 0) this.#contents.push(this.#results);
      else this.#contents.splice(after + 1, 0, this.#results);
    }
    this.#results.results?.push({ parts, position });
  }

  /** The conversation. Instructions without any message become the user's message: Google requires one. */
  build(): BuiltContents {
    if (this.#contents.length === 0 && this.#system.length > 0) {
      return { contents: [{ role: "user", parts: this.#system }] };
    }
    const contents = this.#contents.map(({ role, parts, results }) => ({
      role,
      parts: results === undefined ? parts : inOrder(results),
    }));
    return this.#system.length === 0
      ? { contents }
      : { contents, systemInstruction: { parts: this.#system } };
  }

  /** Returns whether anything was added. */
  #add(role: Content["role"], added: readonly JsonObject[]): boolean {
    const parts = added.filter(hasContent);
    if (parts.length === 0) return false;
    const last = this.#contents.at(-1);
    if (last?.role === role && last.results === undefined) {
      for (const part of parts) last.parts.push(part);
    } else this.#contents.push({ role, parts });
    return true;
  }
}

function inOrder(results: NonNullable<Content["results"]>): JsonObject[] {
  return results.toSorted((a, b) => a.position - b.position).flatMap(({ parts }) => parts);
}

/** An empty text with a signature counts: the signature belongs to the conversation. */
function hasContent(part: JsonObject): boolean {
  return part.text !== "" || part.thoughtSignature !== undefined;
}
