/**
 * What users attach to accounts and client keys: labels, and patterns of models.
 *
 * @module
 */

/** What a label is, after "It must …". */
export const LABEL_WORDS = "consist of at most 64 letters, digits and any of . _ - : / =";

/** Whether a text can be a label, or the name of an account. Both are displayed. */
export function isLabel(text: string): boolean {
  return /^[\p{L}\p{N}._:/=-]{1,64}$/u.test(text);
}

/** What a pattern of models is, after "It must …". */
export const PATTERN_WORDS = 'be a model, with "*" for any text, as in "gemini-*-flash"';

/**
 * Reads a pattern of models, with or without `models/` before it.
 *
 * @returns Undefined if it is none, see {@linkcode PATTERN_WORDS}.
 */
export function modelPattern(text: string): string | undefined {
  const pattern = text.replace(/^models\//, "");
  return /^[\w.:/*-]{1,128}$/.test(pattern) ? pattern : undefined;
}
