/**
 * The error of an invalid configuration.
 *
 * @module
 */

/** The message has a line for each problem: where it is, what is wrong and why. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
