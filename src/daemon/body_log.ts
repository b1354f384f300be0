/**
 * Logs the bodies of requests, for debugging, only until a time that the user has set.
 *
 * @module
 */
import { bodiesUntilOver } from "../config/values/bodies_until_over.ts";
import type { LineLogger } from "../telemetry/log.ts";

/** Most bytes of a body that are logged. */
const MOST_BYTES = 16 * 1024;

/** Timers count ms in 32 bits; a longer wait consists of several timers. */
const LONGEST_TIMER_MS = 24 * 86_400_000;

/** Options of the body log. */
export interface BodyLogOptions {
  readonly logger: Pick<LineLogger, "write">;
  /** Warns the user that body logging starts, ends, or does not start since its end has passed. */
  readonly warn: (message: string, properties: { readonly until: string }) => void;
}

/** Logs bodies of requests until the end; without an end it logs none. */
export class BodyLog implements Disposable {
  readonly #options: BodyLogOptions;
  #until: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: BodyLogOptions) {
    this.#options = options;
  }

  /**
   * Sets the end.
   *
   * @param until RFC 3339; undefined, or a time in the past, stops logging.
   */
  change(until: string | undefined): void {
    if (until === this.#until) return;
    clearTimeout(this.#timer);
    const over = bodiesUntilOver(until);
    if (until !== undefined && over !== undefined) {
      this.#until = this.#timer = undefined;
      this.#options.warn(over, { until });
    } else if (until !== undefined) {
      this.#options.warn("Request bodies are logged until {until}", { until });
      this.#until = until;
      this.#wait(until);
    } else this.#end();
  }

  /** Logs the beginning of a body. */
  log({ requestId }: { readonly requestId: string }, body: Uint8Array): void {
    if (this.#until === undefined) return;
    const text = new TextDecoder().decode(body.subarray(0, MOST_BYTES), { stream: true });
    const size = body.length > MOST_BYTES ? `the first ${MOST_BYTES} of ` : "";
    this.#options.logger.write(
      "debug",
      ["Body of request ", requestId, `, ${size}${body.length} bytes: `, text],
      { requestId, bytes: body.length },
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(until: string): void {
    const leftMs = Date.parse(until) - Date.now();
    this.#timer = leftMs <= 0
      ? void this.#end()
      : setTimeout(() => this.#wait(until), Math.min(leftMs, LONGEST_TIMER_MS));
  }

  #end(): void {
    if (this.#until === undefined) return;
    const until = this.#until;
    this.#until = this.#timer = undefined;
    this.#options.warn("Request bodies are no longer logged; the end was {until}", { until });
  }
}
