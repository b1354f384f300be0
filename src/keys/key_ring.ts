/**
 * The client keys in memory, for the checks of requests; it follows the changes of other processes.
 *
 * @module
 */
import type { WallClock } from "../base/clock.ts";
import type { ClientKey, ClientKeys, FoundKey, KeyState } from "./client_key.ts";
import type { KeyListing } from "./key_book.ts";
import { formOf, keyDigest } from "./key_text.ts";

/** How often the store is checked for changes, in ms. */
export const POLL_MS = 1000;

/** Where the keys come from. Another process may change them at any time. */
export interface KeySource {
  /** Increases with every change; 0 if there never was a key. Called every second. */
  revision(): Promise<bigint>;
  list(): Promise<KeyListing>;
}

/** The options of a {@linkcode KeyRing}. */
export interface KeyRingOptions {
  readonly source: KeySource;
  readonly clock: WallClock;
  /** Called when the keys cannot be read; the known ones stay in use. */
  readonly onError: (error: unknown) => void;
  /** Called once with the name of each key that this version cannot read: it opens nothing. */
  readonly onUnreadable: (name: string) => void;
}

/** All client keys, by their digests and by their ids. */
export class KeyRing implements ClientKeys, AsyncDisposable {
  readonly #options: KeyRingOptions;
  #byDigest: ReadonlyMap<string, Held> = new Map();
  #byId: ReadonlyMap<string, ClientKey> = new Map();
  /** The digests of keys in {@linkcode #byDigest} that clients sent, so that not every request computes one. */
  readonly #sent = new Map<string, string>();
  #unreadable: ReadonlySet<string> = new Set();
  #revision = 0n;
  #timer: ReturnType<typeof setInterval> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /**
   * Reads the keys, and checks for changes until it is disposed of.
   *
   * @throws If they cannot be read: without them, a gateway would let everyone in.
   */
  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => {
      this.refresh().catch(this.#options.onError);
    }, POLL_MS);
  }

  /** Stops checking. Resolves when no read is pending. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#refreshing?.catch(this.#options.onError);
  }

  /** Whether there is or was any. */
  get exist(): boolean {
    return this.#revision > 0n;
  }

  /** A number that grows with every change, by any process; 0 if there never was a key. */
  get revision(): bigint {
    return this.#revision;
  }

  /** Finds the record of a key, also of one that is not valid any more. */
  find(text: string): FoundKey | undefined {
    if (!this.exist) return undefined;
    const sent = this.#sent.get(text);
    const digest = sent ?? digestOf(text);
    if (digest === undefined) return undefined;
    const held = this.#byDigest.get(digest);
    if (held === undefined) return undefined;
    if (sent === undefined) this.#sent.set(text, digest);
    const { key, isRemoved } = held;
    return { key, state: isRemoved ? "removed" : this.#stateOf(key, digest) };
  }

  /** The record with an id; undefined if the key was removed. */
  get(id: string): ClientKey | undefined {
    return this.#byId.get(id);
  }

  /** Whether the key with an id is valid now. */
  isValid(id: string): boolean {
    const key = this.#byId.get(id);
    return key !== undefined && this.#stateOf(key, key.digest) === "valid";
  }

  /** All keys that were not removed. */
  all(): Iterable<ClientKey> {
    return this.#byId.values();
  }

  /** Applies changes in the store. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => this.#refreshing = undefined);
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { source, onUnreadable } = this.#options;
    const revision = await source.revision();
    if (revision === this.#revision) return;
    const { keys, removed, unreadable } = await source.list();
    const byDigest = new Map<string, Held>();
    for (const key of removed) addTo(byDigest, { key, isRemoved: true });
    for (const key of keys) addTo(byDigest, { key, isRemoved: false });
    this.#byDigest = byDigest;
    this.#sent.clear();
    this.#byId = new Map(keys.map((key) => [key.id, key]));
    this.#revision = revision;
    const reported = this.#unreadable;
    this.#unreadable = new Set(unreadable);
    for (const name of unreadable) if (!reported.has(name)) onUnreadable(name);
  }

  /** @param sent The digest of what a client sent. */
  #stateOf(key: ClientKey, sent: string): KeyState {
    const nowMs = this.#options.clock.now();
    const state = ownState(key, nowMs);
    if (state !== "valid" || sent === key.digest) return state;
    const isInGrace = key.formers.some(({ digest, untilMs }) => digest === sent && untilMs > nowMs);
    return isInGrace ? "valid" : "replaced";
  }
}

/** The digest of a key; undefined for a text that is not a key. */
function digestOf(text: string): string | undefined {
  return formOf(text) === "key" ? keyDigest(text) : undefined;
}

/** The state of a key that was not removed, for its present text, at `nowMs` in ms since the epoch. */
export function ownState(
  { isDisabled, expiresAtMs }: ClientKey,
  nowMs: number,
): "valid" | "expired" | "disabled" {
  if (isDisabled) return "disabled";
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? "expired" : "valid";
}

/** A key, and whether it was removed. */
interface Held {
  readonly key: ClientKey;
  readonly isRemoved: boolean;
}

function addTo(byDigest: Map<string, Held>, held: Held): void {
  const { digest, formers } = held.key;
  for (const former of formers) byDigest.set(former.digest, held);
  byDigest.set(digest, held);
}
