/**
 * The text of a client's file, and the way back to bytes.
 *
 * @module
 */
import { utf8Bytes } from "../../../base/text/text.ts";
import { NotUnderstood } from "../formats/settings_format.ts";

const MARK = "\ufeff";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text apart from the byte order mark that may be in front of it. */
export interface FileText {
  readonly mark: string;
  readonly text: string;
}

/**
 * The text of a file; that of a missing one is empty.
 *
 * @throws {NotUnderstood} when it is not UTF-8.
 */
export function fileText(bytes: Uint8Array | undefined): FileText {
  if (bytes === undefined) return { mark: "", text: "" };
  try {
    const text = decoder.decode(bytes);
    return text.startsWith(MARK) ? { mark: MARK, text: text.slice(1) } : { mark: "", text };
  } catch {
    throw new NotUnderstood("it is not a text in UTF-8");
  }
}

/** The bytes of a text with its mark. */
export function fileBytes({ mark, text }: FileText): Uint8Array {
  return utf8Bytes(mark + text);
}
