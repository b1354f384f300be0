/**
 * Reads a token endpoint's response, up to a limit.
 *
 * @module
 */

/** Most bytes that are read: responses with tokens or errors have a few thousand. */
const MOST_BYTES = 256 * 1024;

/** The beginning of a response's text; the rest is not fetched. */
export async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  // Leaving the loop cancels the body.
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece.subarray(0, MOST_BYTES - length), { stream: true });
    length += piece.length;
    if (length >= MOST_BYTES) break;
  }
  return text;
}
