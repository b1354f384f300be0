/**
 * The parts of a store, and the options of a shared one.
 *
 * @module
 */
import type { Database } from "./database/database.ts";
import type { Journal } from "./kept/journal.ts";
import type { KeyPlaces } from "./sealing/key_source.ts";
import type { Sealing } from "./sealing/sealing.ts";
import type { StoreUnreachable } from "./store_error.ts";
import type { TurnLock } from "./turns/turn_lock.ts";

/** A KV Connect server, and the source of the key that all its gateways share. */
export interface SharedLocation extends KeyPlaces {
  /** `http://…` or `https://…`. */
  readonly url: string;
  /** Sends a request as `fetch` does, which is the default. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Gives the server's access token. */
  readonly accessToken: () => string;
}

/** Called with the reason when a shared store stops responding, and with undefined when it responds again. */
export type AvailabilityListener = (problem: StoreUnreachable | undefined) => void;

/** The parts of a store. */
export interface StoreParts {
  readonly database: Database;
  readonly sealing: Sealing;
  readonly lock: TurnLock | undefined;
  readonly journal?: Journal;
  /** The folder of the copies of files; absent without a data folder. */
  readonly copies?: string;
}
