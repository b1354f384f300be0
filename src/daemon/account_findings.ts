/**
 * Stores what calls to upstreams find out about accounts, so that it need not be asked again, not even
 * after a restart.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { AccountBook } from "../accounts/account_book.ts";
import { redacted } from "../gemini/redaction/redacted.ts";

/** Callbacks about stored findings. */
export interface FindingsListener {
  /** An account is not used any more; its refusal has the reason. */
  readonly onDisabled?: (account: Account) => void;
  /** A finding could not be stored; a later call will find it again. */
  readonly onError?: (error: unknown) => void;
}

/** Stores findings in the background, so that no call waits for the disk. */
export class AccountFindings {
  readonly #book: AccountBook;
  readonly #listener: FindingsListener;
  readonly #pending = new Set<Promise<void>>();

  constructor(book: AccountBook, listener: FindingsListener = {}) {
    this.#book = book;
    this.#listener = listener;
  }

  /** Stores the project that Google named for an account. */
  readonly onProject = ({ id }: Account, project: string): void => {
    this.#keep(async () => {
      await this.#book.update(id, { project });
    });
  };

  /** Disables an account that Google does not admit, until the user enables it or signs in again. */
  readonly onNotEligible = (account: Account, reason: string): void => {
    this.#keep(async () => {
      const refused = await this.#book.refuse(account, redacted(reason));
      if (refused !== undefined && !refused.enabled) this.#listener.onDisabled?.(refused);
    });
  };

  /** Resolves when everything found so far is stored. */
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
