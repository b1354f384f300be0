/**
 * Keeps the uploads of one caller together: a prompt can name two files only if one account holds both.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import type { WallClock } from "../../base/clock.ts";
import { fingerprintOfId } from "../../gemini/fingerprint.ts";
import type { Caller } from "../access/caller.ts";

/** Uploads that follow each other within this time, in ms, stay together. */
const WINDOW_MS = 10 * 60_000;

/** Most callers remembered. */
const MOST_CALLERS = 10_000;

/** The windows of time in which callers upload. */
export class UploadWindows {
  readonly #clock: WallClock;
  readonly #windows = new LRUCache<string, { startMs: number; lastMs: number }>({
    max: MOST_CALLERS,
  });

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** The session id with which the pool sends the caller's uploads to one account. Each call extends the window. */
  sessionOf(callerId: string): string {
    const nowMs = this.#clock.now();
    const known = this.#windows.get(callerId);
    const window = known !== undefined && nowMs - known.lastMs < WINDOW_MS
      ? known
      // Rounded, so that other gateways on the store, and this one after a restart, derive the same id.
      : { startMs: nowMs - nowMs % WINDOW_MS, lastMs: nowMs };
    window.lastMs = nowMs;
    this.#windows.set(callerId, window);
    return fingerprintOfId(`uploads since ${window.startMs}`, callerId);
  }
}

/** What makes a call go to the account of the caller's recent uploads, under every strategy. */
export function joinedUploads(
  windows: UploadWindows,
  { id }: Pick<Caller, "id">,
): { readonly session: string; readonly sessionFrom: "uploads"; readonly isSticky: true } {
  return { session: windows.sessionOf(id), sessionFrom: "uploads", isSticky: true };
}
