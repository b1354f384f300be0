/**
 * Which accounts are known to offer what a call asks for. A preference and no rule: lists lag behind new
 * models and leave out some that work.
 *
 * @module
 */

/** Whether an account offers something, by what it listed; `unknown` where it listed nothing. */
export type Offer = "yes" | "no" | "unknown";

/** What is known of one thing that some accounts offer and others do not, or may not. */
export interface Offering {
  /** Names the thing: a model and a method. */
  readonly key: string;
  /** Whether an account offers it, by what is known at the moment. */
  of(accountId: string): Offer;
}
