/**
 * Stores an account's credential for the code that refreshes its token: with the store, its turns and
 * the log.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { AccountBook } from "../accounts/account_book.ts";
import type { CredentialKeeper } from "../accounts/credentials/credential_keeper.ts";
import type { RefreshTurns } from "../store/turns/refresh_turns.ts";
import { redacted } from "../gemini/redaction/redacted.ts";

/** Where credentials are stored. */
export interface KeepCredentialOptions {
  readonly book: AccountBook;
  readonly turns: RefreshTurns;
  /** Logs what the user has to know about an account: what happened, and why. */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** Returns the keeper of one account's credential. */
export function keepCredential(account: Account, options: KeepCredentialOptions): CredentialKeeper {
  const { book, turns, onProblem } = options;
  const { id, name } = account;

  return {
    withLock(work) {
      return turns.withLock(id, {
        work,
        onProblem: (error) =>
          onProblem(
            `Account "${name}" refreshes its token without looking at other processes`,
            error,
          ),
      });
    },
    async current() {
      try {
        return await book.credential(id);
      } catch (error) {
        onProblem(
          `Account "${name}" cannot be read; its token is refreshed with the known credential`,
          error,
        );
        return undefined;
      }
    },
    async replaceRefreshToken(from, to) {
      try {
        await book.replaceRefreshToken(id, { from, to });
      } catch (error) {
        onProblem(`Account "${name}" has a new refresh token that cannot be stored`, error);
        throw error;
      }
    },
    async refused(credential, error) {
      if (error.reason !== "invalid_grant") {
        onProblem(`Account "${name}" cannot get a token`, error);
        return;
      }
      try {
        const reason = redacted(error.message);
        if (await book.disableRefused(id, { credential, reason })) {
          onProblem(`Account "${name}" was disabled`, error);
        }
      } catch (failure) {
        onProblem(`Account "${name}" was refused, but cannot be disabled`, failure);
      }
    },
  };
}
