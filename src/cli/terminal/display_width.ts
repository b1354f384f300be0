/**
 * Text by the columns that it takes in a terminal: wide characters take two, combining marks none.
 *
 * @module
 */
import stringWidth from "string-width";

/** Stands for what was cut off. */
const ELLIPSIS = "…";

/** Takes marks and joined emoji together with their base: no cut comes between them. */
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** ASCII but its control characters: one column each. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The columns that a text without escape sequences takes. */
export function displayWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The text with spaces up to a width. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/**
 * The text in at most `width` columns, at its end `…` if it was cut: between two words, if that leaves at least half
 * of it.
 */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const kept = headOf(text, width - 1);
  const space = kept.lastIndexOf(" ");
  const isMidWord = text[kept.length] !== " ";
  const words = isMidWord && space > 0 && displayWidth(kept.slice(0, space)) >= width / 2
    ? kept.slice(0, space)
    : kept;
  return width < 1 ? "" : words.trimEnd() + ELLIPSIS;
}

/**
 * The text in lines of at most `width` columns, broken between words.
 *
 * @param indent Precedes all lines but the first.
 */
export function foldTo(text: string, width: number, indent = ""): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || displayWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].map((one) => cutTo(one, width));
}

/** The longest beginning of a text in at most `width` columns. */
function headOf(text: string, width: number): string {
  let head = "";
  let left = width;
  for (const { segment } of GRAPHEMES.segment(text)) {
    left -= displayWidth(segment);
    if (left < 0) break;
    head += segment;
  }
  return head;
}
