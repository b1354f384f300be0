/**
 * Which account listed which models, in memory.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Offer, Offering } from "../../pool/offering.ts";
import type { Model } from "../../gemini/api/model.ts";
import { listedName, ModelList } from "./model_list.ts";

/** Most pairs of model and method that are remembered. Clients name models as they like. */
const MOST_OFFERINGS = 1024;

/** A list, and how many accounts have it. */
interface SharedList {
  readonly digest: string;
  readonly list: ModelList;
  uses: number;
}

/** Where lists are written behind, so that a restarted gateway knows them. */
export interface ListSink {
  /** An account has another list than before. */
  listed(accountId: string, digest: string): void;
  /** The list of an account was forgotten. */
  forgotten(accountId: string): void;
  /** A list is the first of its kind. */
  added(digest: string, models: readonly Model[]): void;
  /** No account has that list any more. */
  unused(digest: string): void;
}

/** A list as it was kept; without its models where another account may have it. */
export interface KeptList {
  readonly digest: string;
  readonly models?: readonly Model[] | undefined;
}

const NO_SINK: ListSink = { listed() {}, forgotten() {}, added() {}, unused() {} };

/** The newest list of each account. Accounts with equal lists share one: a list takes about 50 KB. */
export class ModelLists {
  readonly #byAccount = new Map<string, SharedList>();
  readonly #byDigest = new Map<string, SharedList>();
  readonly #offerings = new Map<string, Offering | undefined>();
  #accountCount = 0;
  #version = 0;
  readonly #sink: ListSink;

  /** @param sink Default: lists are kept in memory alone. */
  constructor(sink: ListSink = NO_SINK) {
    this.#sink = sink;
  }

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

  /** The accounts that have a list. */
  accountIds(): readonly string[] {
    return [...this.#byAccount.keys()];
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
    if (!this.#byDigest.has(digest)) this.#sink.added(digest, models);
    this.#assign(accountId, this.#byDigest.get(digest) ?? sharedList(digest, models));
    this.#sink.listed(accountId, digest);
    return true;
  }

  /**
   * Takes over a list that was kept, without writing it again.
   *
   * @returns Whether the list is known.
   */
  adopt(accountId: string, { digest, models }: KeptList): boolean {
    const shared = this.#byDigest.get(digest) ?? (models && sharedList(digest, models));
    if (shared !== undefined) this.#assign(accountId, shared);
    return shared !== undefined;
  }

  /** Forgets the list of an account. */
  delete(accountId: string): void {
    if (!this.#byAccount.has(accountId)) return;
    this.#drop(accountId);
    this.#sink.forgotten(accountId);
    this.#changed();
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

  #assign(accountId: string, shared: SharedList): void {
    shared.uses++;
    this.#byDigest.set(shared.digest, shared);
    this.#drop(accountId);
    this.#byAccount.set(accountId, shared);
    this.#changed();
  }

  #drop(accountId: string): void {
    const shared = this.#byAccount.get(accountId);
    if (shared === undefined) return;
    this.#byAccount.delete(accountId);
    if (--shared.uses > 0) return;
    this.#byDigest.delete(shared.digest);
    this.#sink.unused(shared.digest);
  }

  #changed(): void {
    this.#version++;
    this.#offerings.clear();
  }
}

function sharedList(digest: string, models: readonly Model[]): SharedList {
  return { digest, list: new ModelList(models), uses: 0 };
}
