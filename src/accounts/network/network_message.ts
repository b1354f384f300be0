/**
 * Reads the error messages of failed connections in Deno.
 *
 * @module
 */

/** The system's error message. Deno 2.9 has it in the error's cause, as Node does; 2.7 in the error itself. */
export function networkMessage(error: unknown): string {
  const told = error instanceof Error && error.cause ? error.cause : error;
  return told instanceof Error ? told.message : String(told);
}

/** The part of the message that names the cause: the last one, after the address and Deno's own layers. */
export function causeOfMessage(words: string): string {
  return words.split(": ").at(-1)?.replace(/ \(os error \d+\)$/, "") ?? words;
}
