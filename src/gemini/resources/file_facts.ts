/**
 * Reads the properties of a file from a response.
 *
 * @see {@link https://ai.google.dev/api/files#File}
 * @module
 */
import { isJsonObject, parsedObject } from "../../base/json.ts";

/** Longest response that is read, in bytes. */
const LONGEST = 64 * 1024;

/** A file, as a response describes it. A text is empty if the response does not have it. */
export interface FileFacts {
  readonly name: string;
  readonly mimeType: string;
  readonly displayName: string;
  /** Its address for prompts. */
  readonly uri: string;
  /** `PROCESSING`, `ACTIVE` or `FAILED`. */
  readonly state: string;
  /** Undefined if the response does not have it. */
  readonly sizeBytes: number | undefined;
}

/**
 * Returns the file that a response describes: the response itself, or its member `file`, as after an upload.
 *
 * @param json The bytes of a response.
 * @returns Undefined if the response does not describe a file.
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
