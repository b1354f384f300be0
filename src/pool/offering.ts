/**
 * Which accounts are known to offer a model. This is a preference and not a rule: lists of models are
 * updated late and omit some models that work.
 *
 * @module
 */

/** Whether an account offers a model, according to its list; `unknown` if it listed nothing. */
export type Offer = "yes" | "no" | "unknown";

/** What is known about a model that not every account is known to offer. */
export interface Offering {
  /** Identifies the model and the method. */
  readonly key: string;
  /** Whether an account offers it, by present knowledge. */
  of(accountId: string): Offer;
}
