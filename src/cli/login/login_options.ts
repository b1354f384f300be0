/**
 * The flags of every login command.
 *
 * @module
 */
import type { AccountsOptions } from "../accounts/accounts_options.ts";

/** The flags as parsed. */
export interface LoginOptions extends AccountsOptions {
  readonly clientFile?: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  /** False when no browser can be redirected to this machine. */
  readonly browser: boolean;
  readonly project?: string;
  readonly location?: string;
  readonly baseUrl: readonly string[];
  readonly yes?: boolean;
}
