/**
 * What is passed where a rejection is expected and changes nothing.
 *
 * @module
 */

/** Does nothing. */
export function ignore(): void {}
