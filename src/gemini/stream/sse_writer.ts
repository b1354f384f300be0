/**
 * Frames a streamed response as server-sent events, in the one dialect that all Gemini clients read.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { RpcError } from "../errors/rpc_error.ts";
import type { StreamWriter } from "./stream.ts";

const LF = 0x0a;
const CR = 0x0d;

const DATA = utf8Bytes("data: ");
const BLANK_LINE = utf8Bytes("\n\n");
const DONE = utf8Bytes("data: [DONE]\n\n");
const LINE_FEED = Uint8Array.of(LF);
const NOTHING = new Uint8Array();

/** `\u0085`, and `\u202` of the other two. */
const NEXT_LINE = utf8Bytes("\\u0085");
const SEPARATOR = utf8Bytes("\\u202");

/**
 * Writes each chunk as `data: `, one line of JSON and a blank line; no comments, names, ids or
 * keep-alives, since each of these breaks some client.
 *
 * Lines end in LF. All clients read LF and CRLF alike, but LF alone also suits the many scripts that
 * split at "\n\n", and it cannot be torn between CR and LF by a proxy's buffer.
 */
export class SseWriter implements StreamWriter {
  readonly contentType = "text/event-stream";

  data(json: Uint8Array): Uint8Array[] {
    return frame(breaksLine(json) ? oneLine(json) : json);
  }

  /** `data: [DONE]`. Official clients fail on it, so it is only sent to clients that expect it. */
  done(): Uint8Array {
    return DONE;
  }

  /**
   * The error twice: as an event, which some clients read and others ignore, and then as a line of bare JSON,
   * on which the others raise, as they do on Google's own errors.
   */
  error(error: RpcError): Uint8Array[] {
    const json = oneLine(utf8Bytes(JSON.stringify(error)));
    return [joinBytes(frame(json)), joinBytes([json, LINE_FEED])];
  }

  /** Nothing: a successful stream has no end marker. */
  end(): Uint8Array {
    return NOTHING;
  }
}

function frame(json: Uint8Array): Uint8Array[] {
  return [DATA, json, BLANK_LINE];
}

/**
 * Whether the payload contains a character at which some client breaks lines: LF, CR, U+0085 (C2 85),
 * U+2028 or U+2029 (E2 80 A8 and A9).
 */
function breaksLine(json: Uint8Array): boolean {
  // One loop: four native searches take longer, both for 200 bytes and for a megabyte.
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === LF || byte === CR) return true;
    if (byte === 0xc2 && json[at + 1] === 0x85) return true;
    if (byte === 0xe2 && json[at + 1] === 0x80) {
      if (json[at + 2] === 0xa8 || json[at + 2] === 0xa9) return true;
    }
  }
  return false;
}

/**
 * The same JSON on one line. CR and LF can only occur between tokens, where a space is equivalent; the others
 * only in strings, where their escapes are equivalent.
 */
function oneLine(json: Uint8Array): Uint8Array {
  // An escape has six bytes and replaces at least two.
  const line = new Uint8Array(3 * json.length);
  let to = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    const next = json[at + 1];
    const last = json[at + 2] ?? 0;
    if (byte === LF || byte === CR) line[to++] = 0x20;
    else if (byte === 0xc2 && next === 0x85) {
      line.set(NEXT_LINE, to);
      to += 6;
      at += 1;
    } else if (byte === 0xe2 && next === 0x80 && (last === 0xa8 || last === 0xa9)) {
      line.set(SEPARATOR, to);
      // "8" or "9".
      line[to + 5] = last - 0x70;
      to += 6;
      at += 2;
    } else line[to++] = byte;
  }
  return line.subarray(0, to);
}
