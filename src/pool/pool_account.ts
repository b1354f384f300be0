/**
 * An account, as far as the pool minds it.
 *
 * @module
 */

/** What the choice of an account depends on. */
export interface PoolAccount {
  readonly id: string;
  /** Accounts of a higher priority answer while one of them can. */
  readonly priority: number;
  /** Its share of the calls among accounts of its priority; more than 0. */
  readonly weight: number;
  /** Most calls at once; `Infinity` for no limit. */
  readonly maxConcurrent: number;
  /** Which models it answers for; absent for every model. */
  readonly serves?: ((model: string) => boolean) | undefined;
}
