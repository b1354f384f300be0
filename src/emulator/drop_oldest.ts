/**
 * Bounds a map: the emulator may run for days.
 *
 * @module
 */

/** Removes the oldest entries of a map until it has at most `most`. */
export function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
