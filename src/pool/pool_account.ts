/**
 * An account, as the pool needs it.
 *
 * @module
 */
import type { Capability } from "./capability.ts";

/** The properties of an account that its selection depends on. */
export interface PoolAccount {
  readonly id: string;
  /** Accounts of a lower priority are used only if none of a higher priority is available. */
  readonly priority: number;
  /** Its share of the calls among accounts of the same priority; more than 0. */
  readonly weight: number;
  /** Most calls at once; `Infinity` for no limit. */
  readonly maxConcurrent: number;
  /**
   * Whether it has a capability; without a model: whether it serves the method for every model. Absent for
   * an account that serves everything.
   */
  readonly serves?:
    | ((capability: Pick<Capability, "method"> & Partial<Capability>) => boolean)
    | undefined;
}
