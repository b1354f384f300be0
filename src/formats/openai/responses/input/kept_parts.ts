/**
 * Contents as they are kept for the next request: native ones, whose parts also say which item of the output has them,
 * and which id the client has of a call.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { PartPlace } from "../output/response_output.ts";

/** The member of a kept part that has its {@linkcode PartPlace}. */
const PLACE = "pollux";

/** What is known of the function calls in kept contents. */
export interface KeptConversation {
  /** The contents, as they are sent. */
  readonly contents: readonly JsonObject[];
  /** The native name of each call, by the client's id. */
  readonly calls: ReadonlyMap<string, string>;
  /** The signatures in the contents. */
  readonly signatures: ReadonlySet<string>;
}

/** A part as it is kept. */
export function keptPart(part: JsonObject, place: PartPlace): JsonObject {
  return place.call === undefined && place.item === undefined ? part : { ...part, [PLACE]: place };
}

/** Reads kept contents. */
export function keptConversation(kept: readonly JsonObject[]): KeptConversation {
  const calls = new Map<string, string>();
  const signatures = new Set<string>();
  const contents = kept.map((content) => {
    const parts = Array.isArray(content.parts) ? content.parts.filter(isJsonObject) : [];
    return { ...content, parts: parts.map((part) => sentPart(part, { calls, signatures })) };
  });
  return { contents, calls, signatures };
}

function sentPart(
  { [PLACE]: place, ...part }: JsonObject,
  { calls, signatures }: { calls: Map<string, string>; signatures: Set<string> },
): JsonObject {
  if (typeof part.thoughtSignature === "string") signatures.add(part.thoughtSignature);
  const id = isJsonObject(place) ? place.call : undefined;
  const name = isJsonObject(part.functionCall) ? part.functionCall.name : undefined;
  if (typeof id === "string" && typeof name === "string") calls.set(id, name);
  return part;
}

/** A kept part of one item. */
export interface ItemPart {
  /** The part, as it is sent. */
  readonly part: JsonObject;
  /** The client's id of the call. */
  readonly call?: string;
}

/** The parts of kept contents by the items that have them. */
export function partsByItem(kept: readonly JsonObject[]): ReadonlyMap<string, readonly ItemPart[]> {
  const items = new Map<string, ItemPart[]>();
  for (const { parts } of kept) {
    for (const value of Array.isArray(parts) ? parts : []) {
      if (!isJsonObject(value) || !isJsonObject(value[PLACE])) continue;
      const { [PLACE]: place, ...part } = value;
      const { item, call } = isJsonObject(place) ? place : {};
      if (typeof item !== "string") continue;
      const known = items.get(item) ?? [];
      known.push(typeof call === "string" ? { part, call } : { part });
      items.set(item, known);
    }
  }
  return items;
}

/** Collects the parts of a response as the model's content. Texts that follow each other become one. */
export class ModelContent {
  readonly #parts: JsonObject[] = [];
  /** The texts of the last part, if it is a text. */
  #text: string | undefined;
  #textPlace: PartPlace = {};

  /** Adds a part of the response, as it came. Thoughts are not kept: Gemini needs only their signatures. */
  add(part: JsonObject, place: PartPlace): void {
    const { text, thought, thoughtSignature } = part;
    if (thought === true) return;
    if (typeof text !== "string") {
      this.#endText();
      this.#parts.push(keptPart(part, place));
      return;
    }
    this.#text = (this.#text ?? "") + text;
    if (place.item !== undefined) this.#textPlace = place;
    if (typeof thoughtSignature === "string") this.#endText(thoughtSignature);
  }

  /** The contents: none if the model said nothing. */
  build(): JsonObject[] {
    this.#endText();
    return this.#parts.length === 0 ? [] : [{ role: "model", parts: this.#parts }];
  }

  #endText(thoughtSignature?: string): void {
    const text = this.#text;
    this.#text = undefined;
    if (text === undefined || (text === "" && thoughtSignature === undefined)) return;
    const signed = thoughtSignature === undefined ? { text } : { text, thoughtSignature };
    this.#parts.push(keptPart(signed, this.#textPlace));
  }
}
