/**
 * Sealed texts that clients hold: an upload's address, a page's token. Whoever lacks the key can neither read
 * nor make one, so the gateway needs to store nothing to recognize its own.
 *
 * @module
 */

/** How such texts look, wherever they stand: they open an upload, so nothing that is shown may hold one. */
export const SEALED_TEXT = /v\d\.[0-9a-f]{16}\.[\w-]{16}\.[\w-]{22,}/g;

/** Seals and opens such texts, with the store's key: every gateway on the store opens those of the others. */
export interface Sealer {
  /**
   * Seals a text.
   *
   * @param purpose What the text is for; it opens for no other purpose.
   * @returns A text of the characters `A-Za-z0-9._-`, which a URL can hold as it is.
   */
  seal(text: string, purpose: string): Promise<string>;
  /**
   * Opens a sealed text.
   *
   * @returns Undefined if it was made with a key that is no longer known, for another purpose, or by anybody
   * else.
   */
  open(sealed: string, purpose: string): Promise<string | undefined>;
}
