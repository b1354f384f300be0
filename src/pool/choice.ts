/**
 * What the pool answers to a call that looks for an account.
 *
 * @module
 */
import type { Lease } from "./lease.ts";

/** The pool's answer. */
export type Choice =
  | { readonly type: "account"; readonly lease: Lease }
  /** An account is back at `untilMs` (ms since the epoch); after that it may be tried, even again. */
  | { readonly type: "wait"; readonly accountId: string; readonly untilMs: number }
  /**
   * An account would answer, but has enough to do: the call can wait in line. `accountId`: the only
   * one that will do; `untilMs`: when one that rests is back, in ms since the epoch.
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
  /** Every account cools; the nearest is back at `untilMs` (ms since the epoch). */
  | { readonly type: "cooling"; readonly untilMs: number; readonly reason: string };
