/**
 * Flags that can be given several times.
 *
 * @module
 */

/** Collects the values of a repeatable flag, in order, for Commander. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
