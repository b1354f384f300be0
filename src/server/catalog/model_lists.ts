/**
 * Which account listed which models, in memory.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Offer, Offering } from "../../pool/offering.ts";
import type { Model } from "../../upstream/upstream.ts";
import { listedName, ModelList } from "./model_list.ts";

/** Most pairs of model and method that are remembered. Clients name models as they like. */
const MOST_OFFERINGS = 1024;

/** A list, and how many accounts have it. */
interface SharedList {
  readonly digest: string;
  readonly list: ModelList;
  uses: number;
}

/** The newest list of each account. Accounts with equal lists share one: a list takes about 50 KB. */
export class ModelLists {
  readonly #byAccount = new Map<string, SharedList>();
  readonly #byDigest = new Map<string, SharedList>();
  readonly #offerings = new Map<string, Offering | undefined>();
  #accountCount = 0;
  #version = 0;

  /** How many accounts have a list. */
  get size(): number {
    return this.#byAccount.size;
  }

  /** Grows when a list changes. */
  get version(): number {
    return this.#version;
  }

  /** How many accounts there are, with a list or without. */
  set accountCount(count: number) {
    this.#accountCount = count;
    this.#offerings.clear();
  }

  /** The list of an account; undefined before its first. */
  of(accountId: string): ModelList | undefined {
    return this.#byAccount.get(accountId)?.list;
  }

  /**
   * Takes over what an account listed.
   *
   * @returns Whether that is another list than before.
   */
  set(accountId: string, models: readonly Model[]): boolean {
    const digest = hash("sha256", JSON.stringify(models), "hex");
    if (this.#byAccount.get(accountId)?.digest === digest) return false;
    this.#drop(accountId);
    const shared = this.#byDigest.get(digest) ?? { digest, list: new ModelList(models), uses: 0 };
    shared.uses++;
    this.#byDigest.set(digest, shared);
    this.#byAccount.set(accountId, shared);
    this.#changed();
    return true;
  }

  /** Forgets the list of an account. */
  delete(accountId: string): void {
    if (this.#drop(accountId)) this.#changed();
  }

  /**
   * Who offers a method of a model.
   *
   * @param model Its id, without `models/`.
   * @returns Undefined where no account is to be preferred: none is known to offer it, or all are. What it
   * tells is always of the moment at which it is asked.
   */
  offering(model: string, method: string): Offering | undefined {
    const key = `${listedName(method)} ${model}`;
    if (this.#offerings.has(key)) return this.#offerings.get(key);
    const offering = this.#doesDiffer(model, method)
      ? { key, of: (accountId: string) => this.#offer(accountId, { model, method }) }
      : undefined;
    if (this.#offerings.size >= MOST_OFFERINGS) this.#offerings.clear();
    this.#offerings.set(key, offering);
    return offering;
  }

  #offer(accountId: string, asked: { readonly model: string; readonly method: string }): Offer {
    const list = this.of(accountId);
    // An empty list tells nothing: it may come from a service that has models and lists none.
    if (list === undefined || list.models.size === 0) return "unknown";
    return list.has(asked.model, asked.method) ? "yes" : "no";
  }

  #doesDiffer(model: string, method: string): boolean {
    let offering = 0;
    for (const { list, uses } of this.#byDigest.values()) {
      if (list.has(model, method)) offering += uses;
    }
    return offering > 0 && offering < this.#accountCount;
  }

  #drop(accountId: string): boolean {
    const shared = this.#byAccount.get(accountId);
    if (shared === undefined) return false;
    this.#byAccount.delete(accountId);
    if (--shared.uses === 0) this.#byDigest.delete(shared.digest);
    return true;
  }

  #changed(): void {
    this.#version++;
    this.#offerings.clear();
  }
}
