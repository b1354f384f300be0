/**
 * The accounts' lists of models, in memory.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Offer, Offering } from "../../pool/offering.ts";
import type { Model } from "../../gemini/api/model.ts";
import { listedName } from "../../gemini/api/methods.ts";
import { DisplayNames } from "./display_names.ts";
import { ModelList } from "./model_list.ts";

/** Most cached pairs of model and method. Clients choose model names freely. */
const MOST_OFFERINGS = 1024;

/** A list, and how many accounts share it. */
interface SharedList {
  readonly digest: string;
  readonly list: ModelList;
  uses: number;
}

/** Receives changes of lists, to write them in the background for a restarted gateway. */
export interface ListSink {
  /** An account's list has changed. */
  listed(accountId: string, digest: string): void;
  /** An account's list was deleted. */
  forgotten(accountId: string): void;
  /** A list was added that no account had before. */
  added(digest: string, models: readonly Model[]): void;
  /** No account has the list any longer. */
  unused(digest: string): void;
}

/** A stored list; its models are absent if another account may have provided them. */
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
  readonly #displayNames = new DisplayNames();
  #accountCount = 0;
  #version = 0;
  readonly #sink: ListSink;

  /** @param sink Default: lists are kept in memory only. */
  constructor(sink: ListSink = NO_SINK) {
    this.#sink = sink;
  }

  /** How many accounts have a list. */
  get size(): number {
    return this.#byAccount.size;
  }

  /** Increases when a list changes. */
  get version(): number {
    return this.#version;
  }

  /** How many accounts there are, with or without a list. */
  set accountCount(count: number) {
    this.#accountCount = count;
    this.#offerings.clear();
  }

  /** The accounts that have a list. */
  accountIds(): readonly string[] {
    return [...this.#byAccount.keys()];
  }

  /** The list of an account; undefined before the first one. */
  of(accountId: string): ModelList | undefined {
    return this.#byAccount.get(accountId)?.list;
  }

  /** Whether an account lists a model, with whichever methods. */
  isListed(model: string): boolean {
    for (const { list } of this.#byDigest.values()) if (list.models.has(model)) return true;
    return false;
  }

  /**
   * Sets the list of an account.
   *
   * @returns Whether the list has changed.
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
   * Sets the list of an account to a stored one, without writing it again.
   *
   * @returns Whether the list's models are known.
   */
  adopt(accountId: string, { digest, models }: KeptList): boolean {
    const shared = this.#byDigest.get(digest) ?? (models && sharedList(digest, models));
    if (shared !== undefined) this.#assign(accountId, shared);
    return shared !== undefined;
  }

  /** Deletes the list of an account. */
  delete(accountId: string): void {
    if (!this.#byAccount.has(accountId)) return;
    this.#drop(accountId);
    this.#sink.forgotten(accountId);
    this.#changed();
  }

  /**
   * Which accounts offer a method of a model.
   *
   * @param model Its id, without `models/`.
   * @returns Undefined if no account is preferred: none is known to offer it, or all are. The result always
   * reflects the current lists.
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

  /** The id of the model with this `displayName`; undefined if no list or more than one model has it. */
  idNamed(displayName: string): string | undefined {
    return this.#displayNames.idOf(displayName);
  }

  #offer(accountId: string, asked: { readonly model: string; readonly method: string }): Offer {
    const list = this.of(accountId);
    // An empty list is not conclusive: some services have models but list none.
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
    if (shared.uses++ === 0) this.#displayNames.add(shared.list);
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
    this.#displayNames.remove(shared.list);
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
