/**
 * Frames of server-sent events, as text.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html}
 * @module
 */

/** The end of a stream of OpenAI's chat completions. */
export const DONE_FRAME = "data: [DONE]\n\n";

/** A frame without an event name. */
export function dataFrame(value: object): string {
  return `data: ${oneLineJson(value)}\n\n`;
}

/** A frame with an event name, which holds no line break. */
export function eventFrame(type: string, value: object): string {
  return lineFrame(type, oneLineJson(value));
}

/** A frame with an event name, whose data were made by {@linkcode oneLineJson}. */
export function lineFrame(type: string, line: string): string {
  return `event: ${type}\ndata: ${line}\n\n`;
}

/** JSON on one line, also for clients that take Unicode's separators for line breaks. */
export function oneLineJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
