/**
 * The list of account kinds. Everything else about a kind is one entry in each registry that is typed by
 * {@linkcode AccountKind}, so that a new kind without an entry does not compile.
 *
 * @module
 */

/** Every kind, by the API that its accounts call. */
export const ACCOUNT_KINDS = ["gemini-api", "vertex", "code-assist"] as const;

/** The name of a kind, as commands, the configuration and stored accounts spell it. */
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** Whether a value is the name of a kind. */
export function isAccountKind(value: unknown): value is AccountKind {
  return ACCOUNT_KINDS.some((kind) => kind === value);
}
