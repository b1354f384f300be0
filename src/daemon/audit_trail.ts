/**
 * Enters in the audit log what no transaction of the store holds: applied configurations, and sign-ins at the page.
 *
 * @module
 */
import type { AuditNote } from "../base/stored/audit_entry.ts";
import { type Clock, elapsedMs } from "../base/clock.ts";
import { detailOf } from "../base/stored/audit_words.ts";
import type { SignIn } from "../server/routes/page_routes.ts";

/** The end of the actions of what was refused, which anybody can cause. */
const REFUSED = ".refused";

const ACTIONS = {
  "signed-in": "admin.sign-in",
  "refused": `admin.sign-in${REFUSED}`,
  "signed-out": "admin.sign-out",
} as const;

/** Most entries of one refused action in {@linkcode SPAN_MS}. */
const MOST_REFUSED = 10;

/** In ms. */
const SPAN_MS = 10 * 60_000;

/** Most entries that wait for the store. */
const MOST_PENDING = 100;

/** Options of {@linkcode AuditTrail}. */
export interface AuditTrailOptions {
  /** Stores an entry with the time when it happened, in ms since the epoch. */
  readonly store: { add(note: AuditNote, atMs: number): Promise<void> };
  readonly clock: Clock;
  /** Called when an entry could not be stored. */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** What was refused in the current span. */
interface Refusals {
  readonly sinceMs: number;
  count: number;
}

/** Enters notes in the background, one after the other. */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #refusals = new Map<string, Refusals>();
  #pending = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  /**
   * Enters a note. Of refused ones, only the first few of ten minutes are entered; the first one after that says how
   * many were not.
   */
  note(note: AuditNote): void {
    if (!note.action.endsWith(REFUSED)) return this.#enter(note);
    const nowMs = elapsedMs(this.#options.clock);
    const known = this.#refusals.get(note.action);
    if (known !== undefined && nowMs - known.sinceMs < SPAN_MS) {
      if (++known.count <= MOST_REFUSED) this.#enter(note);
      return;
    }
    this.#refusals.set(note.action, { sinceMs: nowMs, count: 1 });
    const left = (known?.count ?? 0) - MOST_REFUSED;
    const more = left > 0 ? [`${left} more were refused before, and not entered`] : [];
    this.#enter({
      ...note,
      detail: detailOf([note.detail, ...more].filter((word) => word !== "")),
    });
  }

  /** Enters that a changed configuration is in force. */
  readonly configApplied = (names: readonly string[]): void => {
    this.note({
      door: "configuration",
      action: "config.apply",
      subject: "",
      detail: detailOf(names),
    });
  };

  /** Enters a sign-in at the page, or a sign-out. */
  readonly signIn = ({ outcome, by }: SignIn): void => {
    const detail = { key: "with the admin key", code: "with a code", session: "" }[by];
    this.note({ door: "page", action: ACTIONS[outcome], subject: "", detail });
  };

  /** Resolves when everything so far is entered. */
  settled(): Promise<void> {
    return this.#written;
  }

  #enter(note: AuditNote): void {
    const { store, clock, onProblem } = this.#options;
    const atMs = clock.now();
    // A store that does not respond must not fill the memory.
    if (this.#pending >= MOST_PENDING) return;
    this.#pending++;
    this.#written = this.#written
      .then(() => store.add(note, atMs))
      .catch((error) => onProblem("Cannot write the audit log", error))
      .finally(() => this.#pending--);
  }
}
