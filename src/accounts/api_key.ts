/**
 * Which texts can be an API key.
 *
 * @module
 */

/** What is wrong with a text that is none, after its name. */
export const NO_API_KEY = "has spaces, line breaks or other characters that a key cannot have";

/** Whether a text can be an API key: only these characters fit into a header, and a blank is a copying mistake. */
export function isApiKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
