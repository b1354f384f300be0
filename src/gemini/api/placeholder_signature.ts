/**
 * The placeholder for a thought signature that is not known.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */

/** The value that Google documents for a call whose signature is unknown: it is accepted unchecked. */
export const PLACEHOLDER = "skip_thought_signature_validator";
