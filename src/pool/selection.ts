/**
 * What the pool answers to a call that looks for an account.
 *
 * @module
 */
import type { Refusal } from "./failure.ts";
import type { Lease } from "./lease.ts";

/** The pool's answer. Times are in ms of the monotonic clock. */
export type Choice =
  | { readonly type: "account"; readonly lease: Lease }
  /** An account is back at `untilMs` ; after that it may be tried, even again. */
  | { readonly type: "wait"; readonly accountId: string; readonly untilMs: number }
  /**
   * An account would answer, but has enough to do: the call can wait in line. `accountId`: the only
   * one that will do; `untilMs`: when one that rests is back.
   */
  | {
    readonly type: "busy";
    readonly accountId: string | undefined;
    readonly untilMs: number;
  }
  /** There is no account at all. */
  | { readonly type: "empty" }
  /** There are accounts, but none of them serves the model. */
  | { readonly type: "unserved" }
  /** The call has tried every account that could answer. */
  | { readonly type: "tried" }
  /** Every account rests; the nearest of those that somebody need not mend is back at `untilMs`. */
  | { readonly type: "cooling"; readonly untilMs: number; readonly reason: string }
  /** Every account is refused: to wait would not help. `refusal`: what one of them was told. */
  | {
    readonly type: "refused";
    readonly reason: string;
    readonly refusal: Refusal | undefined;
  };
