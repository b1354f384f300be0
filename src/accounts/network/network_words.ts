/**
 * What Deno says of a connection that failed.
 *
 * @module
 */

/** The system's words. Deno 2.9 has them in the error's cause, as Node does; 2.7 in the error itself. */
export function networkWords(error: unknown): string {
  const told = error instanceof Error && error.cause ? error.cause : error;
  return told instanceof Error ? told.message : String(told);
}

/** What of them names the cause: it comes last, behind the address and Deno's own layers. */
export function causeIn(words: string): string {
  return words.split(": ").at(-1)?.replace(/ \(os error \d+\)$/, "") ?? words;
}
