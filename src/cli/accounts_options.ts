/**
 * The flags that every accounts command takes.
 *
 * @module
 */

/** What the command line said. */
export interface AccountsOptions {
  /** Folder for accounts and sessions. */
  readonly dataDir?: string;
  /** Print JSON for a program instead of words for a user. */
  readonly json?: boolean;
}
