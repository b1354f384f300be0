/**
 * The operating system's error reasons, for people.
 *
 * @module
 */

/**
 * Returns the system's message without the class name, the stack, and the number and call that Deno appends:
 * `Permission denied (os error 13): mkdir '/x'` is "permission denied".
 */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const words = /^(\w[^()]*) \(os error \d+\)/.exec(message)?.[1];
  return words === undefined ? message : words.charAt(0).toLowerCase() + words.slice(1);
}
