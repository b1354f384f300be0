/**
 * A line that the user types at a terminal without its being shown.
 *
 * @module
 */
import { utf8Text } from "../../base/text.ts";

/** What the keys send: Ctrl+C, Ctrl+D, backspace in its two forms, Ctrl+U, the two line breaks. */
const KEYS = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  return: 0x0d,
  clear: 0x15,
  delete: 0x7f,
} as const;

/** Asks, and reads one line from standard input, which has to be a terminal. */
export function readHiddenLine(question: string): string {
  const encoder = new TextEncoder();
  // First of all: whoever types ahead of the question's end is not to see it, either.
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
 * The line that a row of keys makes, up to the line break; what comes after it is not read.
 *
 * @throws {Error} when the user breaks off, or the input ends.
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

/** Removes the last character of a text in UTF-8: its first byte, and those that go on with it. */
function removeCharacter(bytes: number[]): void {
  let last = bytes.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = bytes.pop();
}

/** One byte at a time, so that nothing is taken from whoever reads next. */
function* keysTyped(): Generator<number> {
  const buffer = new Uint8Array(1);
  while (Deno.stdin.readSync(buffer) !== null) yield buffer[0] ?? KEYS.end;
}
