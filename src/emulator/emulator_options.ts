/**
 * The options of an emulator.
 *
 * @module
 */
import type { WallClock } from "../base/clock.ts";

/** Options of an emulator. */
export interface EmulatorOptions {
  /** Default 127.0.0.1. */
  readonly hostname?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Returns the time in ms, for tokens and time stamps; default `Date`. */
  readonly clock?: WallClock;
  /** Whether requests are recorded; default true. */
  readonly record?: boolean;
  /** Most bytes that are kept of one file; of a longer one only length and digest. Default 1 MiB. */
  readonly keptFileBytes?: number;
  /** Certificate and key in PEM: clients then connect with TLS. */
  readonly tls?: Deno.TlsCertifiedKeyPem;
  /**
   * Whether scripts can reset connections; default true. That needs a TCP relay in front of the server,
   * so it is off where speed matters (`demo`, benchmarks).
   */
  readonly resets?: boolean;
}
