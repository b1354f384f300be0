/**
 * Flags that can be given several times.
 *
 * @module
 */

/** Commander's way to gather the values of a flag, in order. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
