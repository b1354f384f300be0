/**
 * Reads what a response says of a file.
 *
 * @see {@link https://ai.google.dev/api/files#File}
 * @module
 */
import { isJsonObject, parsedObject } from "../../base/json.ts";

/** Longest response that is read, in bytes. */
const LONGEST = 64 * 1024;

/** A file, as a response describes it; a text is empty if the response does not say. */
export interface FileFacts {
  readonly name: string;
  readonly mimeType: string;
  readonly displayName: string;
  /** Its address for prompts. */
  readonly uri: string;
  /** `PROCESSING`, `ACTIVE` or `FAILED`. */
  readonly state: string;
  /** Undefined if the response does not say. */
  readonly sizeBytes: number | undefined;
}

/**
 * The file that a response describes: itself, or in its `file`, as uploads do.
 *
 * @param json The bytes of a response.
 * @returns Undefined if it describes none.
 */
export function fileFacts(json: Uint8Array): FileFacts | undefined {
  const outer = json.length > LONGEST ? undefined : parsedObject(json);
  if (outer === undefined) return undefined;
  const file = isJsonObject(outer["file"]) ? outer["file"] : outer;
  const textOf = (name: string) => {
    const value = file[name];
    return typeof value === "string" ? value : "";
  };
  const size = file["sizeBytes"];
  const name = textOf("name");
  if (name === "") return undefined;
  return {
    name,
    mimeType: textOf("mimeType"),
    displayName: textOf("displayName"),
    uri: textOf("uri"),
    state: textOf("state"),
    sizeBytes: typeof size === "string" || typeof size === "number" ? Number(size) : undefined,
  };
}
