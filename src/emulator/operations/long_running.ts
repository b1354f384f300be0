/**
 * One long-running operation: it is in progress for some reads, and then has a result.
 *
 * @see {@link https://google.aip.dev/151}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import type { Listed } from "../resource_page.ts";

/** How a new operation runs. */
export interface Running {
  /** How often a read still reports that it is in progress; default 1. */
  readonly reads?: number;
  /** The google.rpc status with which it fails. Default: it succeeds. */
  readonly error?: JsonObject;
}

/** The data of a new operation. */
export interface OperationSource {
  /** As in `models/veo-3.1-generate-preview/operations/1`. */
  readonly name: string;
  readonly serial: number;
  readonly project: string;
  readonly running: Running;
  /** Its metadata: at the beginning, and at the end. */
  readonly metadata?: (isDone: boolean) => JsonObject;
  /** Makes its response at the end. */
  readonly finish: () => JsonObject;
}

/** An operation. */
export class LongRunning implements Listed {
  readonly name: string;
  readonly serial: number;
  readonly project: string;
  readonly #source: OperationSource;
  #readsLeft: number;
  #result: JsonObject | undefined;

  constructor(source: OperationSource) {
    this.name = source.name;
    this.serial = source.serial;
    this.project = source.project;
    this.#source = source;
    this.#readsLeft = source.running.reads ?? 1;
  }

  /** Counts a read: after the scripted number of them the operation ends. */
  read(): void {
    if (this.#readsLeft > 0) this.#readsLeft -= 1;
    else this.end();
  }

  /** Ends the operation now. */
  end(): void {
    const { running: { error }, finish } = this.#source;
    this.#result ??= error === undefined ? { response: finish() } : { error };
  }

  /** Returns the resource. It has no `done` before the end: proto3 JSON omits `false`. */
  toJSON(): JsonObject {
    const { name, metadata } = this.#source;
    const isDone = this.#result !== undefined;
    return {
      name,
      ...(metadata === undefined ? {} : { metadata: metadata(isDone) }),
      ...(isDone ? { done: true, ...this.#result } : {}),
    };
  }
}
