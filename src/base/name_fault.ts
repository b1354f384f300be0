/**
 * Which names accounts and client keys may have: names appear in headers, logs, commands and
 * paths of the admin API.
 *
 * @module
 */

/** The most characters of a name. */
export const LONGEST_NAME = 64;

/** Prefixes of secrets: Google's API keys of both kinds, access tokens, an OAuth client's secret; our client keys. */
const SECRET = /^(?:(?:AIza|AQ\.|ya29\.|GOCSPX-)[\w.-]{16,}|plx_[\w-]{24,})$/;

/** How a message names the name. */
export interface NameWords {
  /** As in "An account's name". */
  readonly whose: string;
  /** A name that could be chosen instead. */
  readonly example: string;
}

/** Why a name is invalid, as a message for the user; undefined if it is valid. */
export function nameFault(name: string, { whose, example }: NameWords): string | undefined {
  if (name.includes("@")) {
    return `${whose} must not be an e-mail address, because responses and logs show it; ` +
      `choose another, such as "${example}"`;
  }
  if (SECRET.test(name)) {
    return `${whose} must not be a key, because responses and logs show it; choose another, such as ` +
      `"${example}", and assume that others have seen this key`;
  }
  if (name === "." || name === "..") {
    return `${whose} must not be "${name}", which addresses a folder; choose another, such as "${example}"`;
  }
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.length > LONGEST_NAME) {
    return `${whose} consists of letters, digits, ".", "_" and "-", at most ${LONGEST_NAME} of them`;
  }
  return undefined;
}
