/**
 * JSON that others wrote, where what is no JSON is refused for what it lacks.
 *
 * @module
 */

/** The value of a JSON text; undefined for a text that is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
