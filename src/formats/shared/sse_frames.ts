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
  return `data: ${oneLine(value)}\n\n`;
}

/** A frame with an event name, which holds no line break. */
export function eventFrame(type: string, value: object): string {
  return `event: ${type}\ndata: ${oneLine(value)}\n\n`;
}

/** JSON on one line, also for clients that take Unicode's separators for line breaks. */
function oneLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
