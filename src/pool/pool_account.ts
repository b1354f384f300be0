/**
 * An account, as the pool needs to know it.
 *
 * @module
 */
import type { Capability } from "./capability.ts";

/** What the choice of an account depends on. */
export interface PoolAccount {
  readonly id: string;
  /** Accounts of a higher priority answer while one of them can. */
  readonly priority: number;
  /** Its share of the calls among accounts of its priority; more than 0. */
  readonly weight: number;
  /** Most calls at once; `Infinity` for no limit. */
  readonly maxConcurrent: number;
  /**
   * Whether it has a capability; without a model: whether it has the method's for every model. Absent for an
   * account that has all.
   */
  readonly serves?:
    | ((capability: Pick<Capability, "method"> & Partial<Capability>) => boolean)
    | undefined;
}
