/**
 * What upstreams find out about accounts while they work, kept: it need not be asked again, not even
 * after a restart.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { AccountBook } from "../accounts/account_book.ts";
import { redacted } from "../gemini/redaction/redacted.ts";

/** What is told of what is kept. */
export interface FindingsListener {
  /** An account is not used any more, for the reason that it holds. */
  readonly onDisabled?: (account: Account) => void;
  /** A finding could not be kept; it will be made again. */
  readonly onError?: (error: unknown) => void;
}

/** Keeps findings beside the calls that made them: no call waits for the disk. */
export class AccountFindings {
  readonly #book: AccountBook;
  readonly #listener: FindingsListener;
  readonly #pending = new Set<Promise<void>>();

  constructor(book: AccountBook, listener: FindingsListener = {}) {
    this.#book = book;
    this.#listener = listener;
  }

  /** Google named an account's project. */
  readonly onProject = ({ id }: Account, project: string): void => {
    this.#keep(async () => {
      await this.#book.update(id, { project });
    });
  };

  /** Google does not let an account in: it rests until the user enables it or signs in again. */
  readonly onNotEligible = (account: Account, reason: string): void => {
    this.#keep(async () => {
      const refused = await this.#book.refuse(account, redacted(reason));
      if (refused !== undefined && !refused.enabled) this.#listener.onDisabled?.(refused);
    });
  };

  /** Resolves when everything found so far is kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #keep(write: () => Promise<void>): void {
    const work = write()
      .catch((error) => this.#listener.onError?.(error))
      .finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }
}
