/**
 * Every fault that an account can be told to show, and what a client may see of it.
 *
 * @module
 */
import type { Outcome } from "../../src/emulator/emulator.ts";

/**
 * What a client may see of a fault:
 * - `nothing`: the response is good, whoever gave it.
 * - `hidden`: the response is another account's; without one an error, where a status is named.
 * - `broken`: of a stream what came before the fault and then an error; a call that is not streamed is
 *   answered whole or with an error.
 */
export type Sight = "nothing" | "hidden" | "broken";

/** One fault. */
export interface ChaosFault {
  readonly title: string;
  readonly outcome: Outcome;
  readonly seen: Sight;
  /** HTTP status of the error where every account shows the fault; absent where that is not tried. */
  readonly status?: number;
  /** Whether it only shows when the gateway's patience ends. */
  readonly isSilence?: boolean;
}

/** The faults, those of Google's own errors first. */
export const CHAOS_FAULTS: readonly ChaosFault[] = [
  nothing("a good answer", "ok"),
  hidden("401-expired", 401),
  hidden("401-revoked", 401),
  hidden("400-key-invalid", 400),
  hidden("403-disabled", 403),
  hidden("403-validation", 403),
  hidden("404", 404),
  hidden({ type: "429-short", delayMs: 100 }, 429),
  hidden({ type: "429-long", hours: 9 }, 429),
  hidden("429-bare", 429),
  hidden("429-capacity", 429),
  hidden("429-daily", 429),
  hidden("500", 500),
  hidden("503", 503),
  hidden("529", 529),
  ...(["object", "array", "event-stream"] as const).flatMap((body) => [
    hidden({ type: "429-bare", body }),
    hidden({ type: "500", body }),
  ]),
  hidden("html-502", 502),
  { ...hidden("hang", 504), isSilence: true },
  { ...hidden("hang-after-headers", 504), isSilence: true },
  hidden("reset", 503),
  hidden("empty-body", 503),
  // Where every account sends it, it is what Google says, and the client's as it is.
  hidden("empty-answer"),
  broken("the connection breaks midway", { type: "reset-mid-stream", afterEvents: 2 }),
  broken("an error event midway", { type: "error-mid-stream", afterEvents: 2 }),
  broken("a bare error midway", { type: "error-mid-stream", afterEvents: 2, raw: true }),
  broken("the last event is half", { type: "ok", ending: "truncated" }),
  nothing("the last event lacks its blank line", { type: "ok", ending: "no-blank-line" }),
  nothing("chunks end inside a character", { type: "ok", splitUtf8: true }),
  nothing("lines end in CR", { type: "ok", lineEnd: "cr" }),
  nothing("lines end in LF", { type: "ok", lineEnd: "lf" }),
];

function nothing(title: string, outcome: Outcome): ChaosFault {
  return { title, outcome, seen: "nothing" };
}

function hidden(outcome: Outcome, status?: number): ChaosFault {
  const title = typeof outcome === "string" ? outcome : Object.values(outcome).join(", ");
  return { title, outcome, seen: "hidden", ...(status === undefined ? {} : { status }) };
}

function broken(title: string, outcome: Outcome): ChaosFault {
  return { title, outcome, seen: "broken" };
}
