/**
 * Reads a `multipart/form-data` body. One pass over the bytes; files are views of them, not copies.
 *
 * The runtime's own `formData()` goes through a body byte by byte, and gives files that can only be read later:
 * here 16 MB would hold up every stream for 150 ms.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7578}
 * @module
 */
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { invalidField } from "../shared/fields/invalid_field.ts";
import { type PartHead, readPartHead } from "./part_head.ts";

/** A file of a form. */
export interface FormFile {
  /** The form's field that holds it. */
  readonly field: string;
  /** The name that the client gave the file: any text. Empty if it has none. */
  readonly name: string;
  /** The media type that the client stated, in lower case, without parameters; empty if it stated none. */
  readonly type: string;
  /** A view of the body. */
  readonly bytes: Uint8Array;
}

/** A form, as a client sent it. */
export interface FormBody {
  /** Names and texts of the fields that are no files, in their order. A name may occur more than once. */
  readonly fields: readonly (readonly [name: string, text: string])[];
  /** In their order. */
  readonly files: readonly FormFile[];
}

/** Most fields and files of a form. */
const MOST_PARTS = 256;
/** Longest headers of a field, in bytes. */
const LONGEST_HEAD = 8 * 1024;
/** Longest field that is no file, in bytes. */
const LONGEST_TEXT = 1024 * 1024;

const CR = 13;
const LF = 10;
const DASH = 45;
const BLANKS: readonly number[] = [9, 32];

/**
 * Reads a form.
 *
 * @param bytes The whole body, whose size the caller limits.
 * @param contentType The request's Content-Type, with the boundary.
 * @throws {RpcError} INVALID_ARGUMENT that says what is wrong.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readForm } from "./form_body.ts";
 *
 * const body = '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n2\r\n--b--\r\n';
 * const form = readForm(new TextEncoder().encode(body), "multipart/form-data; boundary=b");
 * assert.deepEqual(form, { fields: [["n", "2"]], files: [] });
 * ```
 */
export function readForm(bytes: Uint8Array, contentType: string): FormBody {
  const boundary = boundaryOf(contentType);
  const fields: (readonly [string, string])[] = [];
  const files: FormFile[] = [];
  let count = 0;
  for (const { head, content } of partsOf(bytes, boundary)) {
    if (++count > MOST_PARTS) throw refused(`it has more than ${MOST_PARTS} fields`);
    const { field, fileName, type } = head;
    if (fileName !== undefined) {
      files.push({ field, name: fileName, type, bytes: content });
    } else if (content.length > LONGEST_TEXT) {
      throw invalidField(field, `The field "${field}" is longer than ${LONGEST_TEXT} bytes`);
    } else {
      fields.push([field, utf8Text(content)]);
    }
  }
  return { fields, files };
}

/** The boundary that a Content-Type names. */
function boundaryOf(contentType: string): string {
  if (!/^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "This operation takes a form: send the fields and files as multipart/form-data",
    );
  }
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ??
    [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw refused("its Content-Type names no boundary of 1 to 70 signs");
  return boundary;
}

interface Part {
  readonly head: PartHead;
  readonly content: Uint8Array;
}

function* partsOf(bytes: Uint8Array, boundary: string): Generator<Part> {
  const delimiter = utf8Bytes(`\r\n--${boundary}`);
  // The first delimiter has no line end before it if there is no text before the form.
  const opening = startsWith(bytes, { mark: delimiter.subarray(2), at: 0 })
    ? 0
    : indexOf(bytes, { mark: delimiter, from: 0 }) + 2;
  if (opening === 1) throw refused("the boundary of its Content-Type does not occur in it");
  let at = opening + delimiter.length - 2;
  for (;;) {
    if (bytes[at] === DASH && bytes[at + 1] === DASH) return;
    while (BLANKS.includes(bytes[at] ?? 0)) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) {
      throw refused("a delimiter is not followed by a line end");
    }
    const next = indexOf(bytes, { mark: delimiter, from: at });
    if (next < 0) throw refused("it ends before its last delimiter: a part of it is missing");
    // From the line end of the delimiter, so that a part without headers has an empty line, too.
    yield partOf(bytes.subarray(at, next));
    at = next + delimiter.length;
  }
}

const HEAD_END = utf8Bytes("\r\n\r\n");

/** @param bytes Headers and content, with the line end before them. */
function partOf(bytes: Uint8Array): Part {
  const end = indexOf(bytes.subarray(0, LONGEST_HEAD + HEAD_END.length), {
    mark: HEAD_END,
    from: 0,
  });
  if (end < 0) {
    throw refused(`a field has no headers, or longer ones than ${LONGEST_HEAD} bytes`);
  }
  return {
    head: readPartHead(utf8Text(bytes.subarray(2, Math.max(2, end)))),
    content: bytes.subarray(end + HEAD_END.length),
  };
}

/** Bytes after a CR that are compared one by one. */
const NEAR = 64;

/** Where a mark that begins with CR, its only one, occurs first; -1 if it does not. */
function indexOf(
  bytes: Uint8Array,
  { mark, from }: { readonly mark: Uint8Array; readonly from: number },
): number {
  let at = bytes.indexOf(CR, from);
  while (at >= 0) {
    // A call of indexOf() costs as much as many comparisons, and any byte may be a CR.
    const near = Math.min(at + NEAR, bytes.length);
    for (; at < near; at++) {
      if (bytes[at] === CR && startsWith(bytes, { mark, at })) return at;
    }
    at = bytes.indexOf(CR, at);
  }
  return -1;
}

function startsWith(
  bytes: Uint8Array,
  { mark, at }: { readonly mark: Uint8Array; readonly at: number },
): boolean {
  if (at + mark.length > bytes.length) return false;
  for (let nth = 0; nth < mark.length; nth++) if (bytes[at + nth] !== mark[nth]) return false;
  return true;
}

function refused(why: string): RpcError {
  return new RpcError("INVALID_ARGUMENT", `The form cannot be read: ${why}`);
}
