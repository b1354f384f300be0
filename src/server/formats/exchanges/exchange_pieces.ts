/**
 * The contents of an exchange as pieces, and back.
 *
 * @module
 */
import { isJsonObject, type JsonObject, parsedJson } from "../../../base/json.ts";
import { joinBytes } from "../../../base/join_bytes.ts";
import { utf8Bytes } from "../../../base/text/text.ts";
import { MOST_PIECES, PIECE_BYTES } from "./exchange_rows.ts";

/** Contents as they are stored. */
export interface SplitContents {
  readonly bytes: number;
  /** In base64. */
  readonly pieces: readonly string[];
}

/** Splits contents; undefined if they are too long to be kept. */
export function splitContents(contents: readonly JsonObject[]): SplitContents | undefined {
  const json = utf8Bytes(JSON.stringify(contents));
  if (json.length > MOST_PIECES * PIECE_BYTES) return undefined;
  const pieces: string[] = [];
  for (let start = 0; start < json.length; start += PIECE_BYTES) {
    pieces.push(json.subarray(start, start + PIECE_BYTES).toBase64());
  }
  return { bytes: json.length, pieces };
}

/** Joins the pieces of contents; undefined if they are not what was split. */
export function joinContents(pieces: readonly string[]): readonly JsonObject[] | undefined {
  try {
    const contents = parsedJson(joinBytes(pieces.map((piece) => Uint8Array.fromBase64(piece))));
    return Array.isArray(contents) && contents.every(isJsonObject) ? contents : undefined;
  } catch {
    return undefined;
  }
}
