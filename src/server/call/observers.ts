/**
 * The observers of a gateway, told of one stage at a time. An observer that throws is reported; neither
 * the call nor the other observers notice.
 *
 * @module
 */
import type { CallObserver } from "./call_observer.ts";
import type { CallRecord } from "./call_record.ts";

/** Stages of which nothing but the record is told. */
type Stage = Exclude<keyof CallObserver, "body">;

type Listener = (record: CallRecord) => void;

/** All observers. Most of them care for one stage or two, so the listeners of each are found once. */
export class Observers {
  readonly #listeners: Readonly<Record<Stage, readonly Listener[]>>;
  readonly #bodyListeners: readonly NonNullable<CallObserver["body"]>[];
  readonly #onError: (error: unknown) => void;

  /** @param onError An observer threw. */
  constructor(observers: readonly CallObserver[], onError: (error: unknown) => void) {
    this.#listeners = {
      begin: observers.flatMap((observer) => observer.begin?.bind(observer) ?? []),
      attempt: observers.flatMap((observer) => observer.attempt?.bind(observer) ?? []),
      firstByte: observers.flatMap((observer) => observer.firstByte?.bind(observer) ?? []),
      end: observers.flatMap((observer) => observer.end?.bind(observer) ?? []),
    };
    this.#bodyListeners = observers.flatMap((observer) => observer.body?.bind(observer) ?? []);
    this.#onError = onError;
  }

  /** A request has reached a stage. */
  tell(stage: Stage, record: CallRecord): void {
    for (const listener of this.#listeners[stage]) {
      try {
        listener(record);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** The body of a request has arrived. */
  tellBody(record: CallRecord, bytes: Uint8Array): void {
    for (const listener of this.#bodyListeners) {
      try {
        listener(record, bytes);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
