/**
 * The faults that accounts show during a soak: those after which an account answers again by itself,
 * within moments.
 *
 * @module
 */
import type { Outcome } from "../../src/emulator/emulator.ts";

/** Each is shown by one account, for one call. */
export const SOAK_FAULTS: readonly Outcome[] = [
  { type: "429-short", delayMs: 50 },
  "429-capacity",
  "500",
  "503",
  "529",
  "html-502",
  "reset",
  "empty-body",
  "empty-answer",
  { type: "500", body: "event-stream" },
  { type: "500", body: "array" },
  { type: "reset-mid-stream", afterEvents: 2 },
  { type: "error-mid-stream", afterEvents: 2 },
  { type: "error-mid-stream", afterEvents: 1, raw: true },
  { type: "ok", ending: "truncated" },
  { type: "ok", ending: "no-blank-line" },
  { type: "ok", splitUtf8: true, chunkDelayMs: 20 },
  { type: "ok", lineEnd: "lf" },
];
