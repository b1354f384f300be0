/**
 * Which names an account may have.
 *
 * @module
 */
import { AccountError } from "./account_error.ts";

/** The most characters that an account's name may have. */
const LONGEST_NAME = 64;

/** Prefixes of Google's secrets: API keys of both kinds, access tokens, an OAuth client's secret. */
const SECRET = /^(?:AIza|AQ\.|ya29\.|GOCSPX-)[\w.-]{16,}$/;

/**
 * Rejects invalid names: a name appears in headers, logs and commands.
 *
 * @throws {AccountError}
 */
export function checkName(name: string): void {
  if (name.includes("@")) {
    throw new AccountError(
      `An account's name must not be an e-mail address, because responses and logs show it; ` +
        `choose another, such as "work"`,
    );
  }
  if (SECRET.test(name)) {
    throw new AccountError(
      "An account's name must not be a key, because responses and logs show it; choose another, such as " +
        '"home", and assume that others have seen this key',
    );
  }
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.length > LONGEST_NAME) {
    throw new AccountError(
      `An account's name consists of letters, digits, ".", "_" and "-", ` +
        `at most ${LONGEST_NAME} of them`,
    );
  }
}
