/**
 * What an emulator is started with.
 *
 * @module
 */
import type { WallClock } from "../base/clock.ts";

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Default 127.0.0.1. */
  readonly hostname?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Gives the time in ms, for tokens and time stamps; default `Date`. */
  readonly clock?: WallClock;
  /** Whether requests are kept; default true. */
  readonly record?: boolean;
  /**
   * Whether connections can be reset by script; default true. It costs a TCP relay in front of the
   * server, so where speed counts (`demo`, benchmarks) it is off.
   */
  readonly resets?: boolean;
}
