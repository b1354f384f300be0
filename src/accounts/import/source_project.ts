/**
 * Google Cloud projects as other programs note them.
 *
 * @module
 */

/**
 * The project that an account is to have.
 *
 * @param text May be no project at all, such as several in one text, or `all`.
 * @returns Undefined where the project is better found out.
 */
export function projectIn(text: string | undefined): string | undefined {
  return text !== undefined && text.toLowerCase() !== "all" && /^[a-z][a-z0-9.:-]*$/.test(text)
    ? text
    : undefined;
}

/** The project that is to be billed: an id or a number; undefined for anything else. */
export function quotaProjectIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9][a-z0-9.:-]*$/.test(text) ? text : undefined;
}
