/**
 * Time that passes only when nothing is left to do: a day in a second, and the same day each time.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { Heap, type HeapItem } from "../../src/pool/queues/heap.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Timer } from "../../src/server/call/pause.ts";

class Alarm implements HeapItem {
  heapIndex = -1;

  readonly atMs: number;
  /** Alarms of one moment ring in the order in which they were set. */
  readonly order: number;
  readonly ring: () => void;

  constructor(at: { readonly ms: number; readonly order: number }, ring: () => void) {
    this.atMs = at.ms;
    this.order = at.order;
    this.ring = ring;
  }
}

/** A clock with alarms. */
export class VirtualTime implements Clock, Timer {
  #nowMs: number;
  #order = 0;
  readonly #alarms = new Heap<Alarm>((a, b) =>
    a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs
  );

  /** @param startMs In ms since the epoch. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  start(ms: number, onEnd: () => void): () => void {
    const alarm = new Alarm({ ms: this.#nowMs + Math.max(0, ms), order: this.#order++ }, onEnd);
    this.#alarms.add(alarm);
    return () => {
      if (this.#alarms.has(alarm)) this.#alarms.remove(alarm);
    };
  }

  /** Resolves after some ms of this time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.start(ms, resolve));
  }

  /** Lets time pass until no alarm is set any more. */
  async run(): Promise<void> {
    await this.#ringUntil(Infinity);
  }

  /** Lets some ms pass. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.#ringUntil(endMs);
    this.#nowMs = endMs;
  }

  async #ringUntil(endMs: number): Promise<void> {
    while (true) {
      // What was set off by the last alarm comes to rest first.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const alarm = this.#alarms.first;
      if (alarm === undefined || alarm.atMs > endMs) return;
      this.#alarms.remove(alarm);
      this.#nowMs = alarm.atMs;
      alarm.ring();
    }
  }
}
