/**
 * One batch of the emulated Google: an operation that goes from PENDING over RUNNING to one of four ends.
 *
 * @see {@link https://ai.google.dev/api/batch-api#GenerateContentBatch}
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Listed } from "../resource_page.ts";
import { microsecondStamp } from "../timestamps.ts";

/** How long Google waits for a batch before it expires, in ms. */
const BATCH_LIFE_MS = 48 * 3_600_000;

const TYPES = "type.googleapis.com/google.ai.generativelanguage.v1main.";

/** States of a batch, without the prefix that they have on the wire. */
export type BatchState = "PENDING" | "RUNNING" | BatchEnd;

/** The states in which a batch remains. */
export type BatchEnd = "SUCCEEDED" | "FAILED" | "CANCELLED" | "EXPIRED";

/** The type of a batch: its requests are for contents or for embeddings. */
export type BatchType = "GenerateContentBatch" | "EmbedContentBatch";

/** How long new batches stay in a state, in ms; `Infinity`: until a test moves them. */
export interface BatchPace {
  readonly pendingMs: number;
  readonly runningMs: number;
}

/** The outcome of a batch: the results, or the reason why there are none. */
export type BatchResult =
  | { readonly output: JsonObject; readonly succeeded: number; readonly failed: number }
  | { readonly error: JsonObject };

/** The data of a new batch. */
export interface BatchSource {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly type: BatchType;
  /** As `models/x`. */
  readonly model: string;
  readonly displayName: string;
  readonly priority: number | undefined;
  readonly requestCount: number;
  readonly pace: BatchPace;
  /** Answers the requests. */
  readonly run: (at: { readonly id: string; readonly now: number }) => BatchResult;
  /** Now, in ms. */
  readonly now: number;
}

/** `error` of an operation that ended without results; codes are those of google.rpc. */
const ERRORS: Readonly<Record<Exclude<BatchEnd, "SUCCEEDED">, JsonObject>> = {
  FAILED: { code: 13, message: "The batch could not be processed." },
  CANCELLED: { code: 1, message: "The batch was cancelled." },
  EXPIRED: { code: 4, message: "The batch expired before it was processed." },
};

/** A batch. */
export class StoredBatch implements Listed {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly type: BatchType;
  readonly model: string;
  readonly #from: BatchSource;
  #displayName: string;
  #priority: number | undefined;
  #state: BatchState = "PENDING";
  /** When the state began, in ms. */
  #since: number;
  #updatedAt: number;
  #result: BatchResult | undefined;

  constructor(from: BatchSource) {
    this.id = from.id;
    this.serial = from.serial;
    this.project = from.project;
    this.type = from.type;
    this.model = from.model;
    this.#from = from;
    this.#displayName = from.displayName;
    this.#priority = from.priority;
    this.#since = from.now;
    this.#updatedAt = from.now;
  }

  get name(): string {
    return `batches/${this.id}`;
  }

  get state(): BatchState {
    return this.#state;
  }

  get isDone(): boolean {
    return this.#state !== "PENDING" && this.#state !== "RUNNING";
  }

  /** Moves the batch to the state for this time. */
  advance(now: number): void {
    const { pace: { pendingMs, runningMs }, now: createdAt } = this.#from;
    if (this.#state === "PENDING" && now >= this.#since + pendingMs) {
      this.#enter("RUNNING", this.#since + pendingMs);
    }
    if (this.#state === "RUNNING" && now >= this.#since + runningMs) {
      this.end("SUCCEEDED", this.#since + runningMs);
    }
    if (!this.isDone && now >= createdAt + BATCH_LIFE_MS) {
      this.end("EXPIRED", createdAt + BATCH_LIFE_MS);
    }
  }

  /** Moves the batch to its next state. */
  step(now: number): void {
    if (this.#state === "PENDING") this.#enter("RUNNING", now);
    else if (this.#state === "RUNNING") this.end("SUCCEEDED", now);
  }

  /** Ends the batch. Its requests are processed only if it succeeds; without results it fails instead. */
  end(state: BatchEnd, now: number): void {
    if (state !== "SUCCEEDED") return this.#finish(state, { error: ERRORS[state] }, now);
    const result = this.#from.run({ id: this.id, now });
    this.#finish("error" in result ? "FAILED" : state, result, now);
  }

  /** Changes what clients may change. */
  update(
    changed: { readonly displayName?: string; readonly priority?: number },
    now: number,
  ): void {
    this.#displayName = changed.displayName ?? this.#displayName;
    this.#priority = changed.priority ?? this.#priority;
    this.#updatedAt = now;
  }

  /** The batch itself, as an update returns it; without counts of 0, which Google omits. */
  get resource(): JsonObject {
    const { now: createdAt, requestCount } = this.#from;
    const { succeeded = 0, failed = 0 } = this.#results ?? {};
    const counts = {
      requestCount,
      successfulRequestCount: succeeded,
      failedRequestCount: failed,
      pendingRequestCount: this.isDone ? 0 : requestCount,
    };
    return {
      model: this.model,
      displayName: this.#displayName,
      ...defined({ output: this.#results?.output }),
      createTime: microsecondStamp(createdAt),
      ...(this.isDone ? { endTime: microsecondStamp(this.#since) } : {}),
      updateTime: microsecondStamp(this.#updatedAt),
      batchStats: Object.fromEntries(
        Object.entries(counts).filter(([, count]) => count > 0)
          .map(([name, count]) => [name, String(count)]),
      ),
      state: `BATCH_STATE_${this.#state}`,
      name: this.name,
      ...(this.#priority === undefined ? {} : { priority: String(this.#priority) }),
    };
  }

  /** Returns the operation. */
  toJSON(): JsonObject {
    const result = this.#result;
    return {
      name: this.name,
      metadata: { "@type": TYPES + this.type, ...this.resource },
      ...(result === undefined ? {} : { done: true }),
      ...(result !== undefined && "error" in result ? { error: result.error } : {}),
      ...(this.#results === undefined
        ? {}
        : { response: { "@type": `${TYPES}${this.type}Output`, ...this.#results.output } }),
    };
  }

  get #results(): Exclude<BatchResult, { error: JsonObject }> | undefined {
    return this.#result === undefined || "error" in this.#result ? undefined : this.#result;
  }

  #finish(state: BatchEnd, result: BatchResult, now: number): void {
    this.#result = result;
    this.#enter(state, now);
  }

  #enter(state: BatchState, now: number): void {
    this.#state = state;
    this.#since = now;
    this.#updatedAt = now;
  }
}
