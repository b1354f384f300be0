/**
 * A configuration that can't be used.
 *
 * @module
 */

/** The message says where, what and why, a line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
