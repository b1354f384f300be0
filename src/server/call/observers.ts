/**
 * Notifies the observers of a gateway. The error of an observer is reported, and affects neither the call nor
 * the other observers.
 *
 * @module
 */
import type { Booking, CallObserver } from "./call_observer.ts";
import type { CallRecord } from "./call_record.ts";

/** Stages whose callbacks get only the record. */
type Stage = Exclude<keyof CallObserver, "body" | "response" | "booked">;

type Listener = (record: CallRecord) => void;

/** All observers. Most of them observe one or two stages, so the listeners of each stage are collected once. */
export class Observers {
  readonly #listeners: Readonly<Record<Stage, readonly Listener[]>>;
  readonly #bodyListeners: readonly NonNullable<CallObserver["body"]>[];
  readonly #responseListeners: readonly NonNullable<CallObserver["response"]>[];
  readonly #bookingListeners: readonly NonNullable<CallObserver["booked"]>[];
  readonly #onError: (error: unknown) => void;

  /** @param onError Called with the error that an observer threw. */
  constructor(observers: readonly CallObserver[], onError: (error: unknown) => void) {
    this.#listeners = {
      begin: observers.flatMap((observer) => observer.begin?.bind(observer) ?? []),
      attempt: observers.flatMap((observer) => observer.attempt?.bind(observer) ?? []),
      firstByte: observers.flatMap((observer) => observer.firstByte?.bind(observer) ?? []),
      end: observers.flatMap((observer) => observer.end?.bind(observer) ?? []),
    };
    this.#bodyListeners = observers.flatMap((observer) => observer.body?.bind(observer) ?? []);
    this.#responseListeners = observers.flatMap((observer) =>
      observer.response?.bind(observer) ?? []
    );
    this.#bookingListeners = observers.flatMap((observer) => observer.booked?.bind(observer) ?? []);
    this.#onError = onError;
  }

  /** Notifies the observers that a request has reached a stage. */
  tell(stage: Stage, record: CallRecord): void {
    for (const listener of this.#listeners[stage]) {
      try {
        listener(record);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Notifies the observers of usage that an earlier call caused. */
  tellBooked(booking: Booking): void {
    for (const listener of this.#bookingListeners) {
      try {
        listener(booking);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Notifies the observers that the body of a request has arrived. */
  tellBody(record: CallRecord, bytes: Uint8Array): void {
    this.#tellBytes(this.#bodyListeners, { record, bytes });
  }

  /** Notifies the observers of a model's response. */
  tellResponse(record: CallRecord, bytes: Uint8Array): void {
    if (this.#responseListeners.length === 0) return;
    this.#tellBytes(this.#responseListeners, { record, bytes });
  }

  #tellBytes(
    listeners: readonly ((record: CallRecord, bytes: Uint8Array) => void)[],
    { record, bytes }: { readonly record: CallRecord; readonly bytes: Uint8Array },
  ): void {
    for (const listener of listeners) {
      try {
        listener(record, bytes);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
