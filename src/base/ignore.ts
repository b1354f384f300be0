/**
 * A handler for expected rejections that need no action.
 *
 * @module
 */

/** Does nothing. */
export function ignore(): void {}
