/**
 * Reads a line from a terminal without echoing it.
 *
 * @module
 */
import { utf8Text } from "../../base/text/text.ts";

/** The bytes of the keys: Ctrl+C, Ctrl+D, backspace in its two forms, Ctrl+U, the two line breaks. */
const KEYS = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  return: 0x0d,
  clear: 0x15,
  delete: 0x7f,
} as const;

/** Prints the question, and reads one line from standard input, which must be a terminal. */
export function readHiddenLine(question: string): string {
  const encoder = new TextEncoder();
  // Before the question, so that characters typed early are not echoed either.
  Deno.stdin.setRaw(true);
  try {
    Deno.stderr.writeSync(encoder.encode(`${question} `));
    return parseKeys(keysTyped());
  } finally {
    Deno.stdin.setRaw(false);
    Deno.stderr.writeSync(encoder.encode("\n"));
  }
}

/**
 * Returns the line that the keys produce, up to the line break; does not read beyond it.
 *
 * @throws {Error} when the user cancels, or the input ends.
 */
export function parseKeys(keys: Iterable<number>): string {
  const bytes: number[] = [];
  for (const key of keys) {
    switch (key) {
      case KEYS.return:
      case KEYS.lineFeed:
        return utf8Text(new Uint8Array(bytes));
      case KEYS.interrupt:
      case KEYS.end:
        throw new Error("Cancelled; nothing was changed");
      case KEYS.backspace:
      case KEYS.delete:
        removeCharacter(bytes);
        break;
      case KEYS.clear:
        bytes.length = 0;
        break;
      default:
        bytes.push(key);
    }
  }
  throw new Error("The input ended within the line; nothing was changed");
}

/** Removes the last character of a UTF-8 text: its first byte and the continuation bytes. */
function removeCharacter(bytes: number[]): void {
  let last = bytes.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = bytes.pop();
}

/** Reads one byte at a time, so that the rest stays for the next reader. */
function* keysTyped(): Generator<number> {
  const buffer = new Uint8Array(1);
  while (Deno.stdin.readSync(buffer) !== null) yield buffer[0] ?? KEYS.end;
}
