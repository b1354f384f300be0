/**
 * Books usage that is reported after the call that caused it, once, to the caller that made the resource.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { restOfUsage, type TokenUsage } from "../../gemini/api/token_usage.ts";
import type { BookedMarks } from "../../pool/owners/booked_marks.ts";
import type { Owner, Owners, Unbooked } from "../../pool/owners/owners.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";

/** The dependencies of {@linkcode Bookings}. */
export interface BookingsOptions {
  /** The rows have the marks of what is still to be booked. */
  readonly owners: Owners;
  readonly marks: Pick<BookedMarks, "add">;
  readonly clock: WallClock;
  /** Called when the store fails. */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** What a response reports about a resource. */
export interface LaterReport {
  /** The resource's name. */
  readonly name: string;
  /** Undefined if Google reports none. */
  readonly usage: TokenUsage | undefined;
  /** The resource's own model, for what a call made that named none; empty if the report does not have it. */
  readonly model?: string;
  /** The files with the results, if the report has no usage itself. */
  readonly files: readonly string[];
}

/** A resource whose usage is still to be booked. */
type Due = Owner & { readonly unbooked: Unbooked };

/** Books later usage. */
export class Bookings {
  readonly #options: BookingsOptions;
  readonly #pending = new Set<Promise<void>>();

  constructor(options: BookingsOptions) {
    this.#options = options;
  }

  /** The call whose usage is still to be booked, as far as the resource's owner is in memory. */
  due(name: string): Unbooked | undefined {
    return this.#options.owners.peek(name)?.unbooked;
  }

  /**
   * Books the usage of a resource, unless it was booked before. The usage of results in a file is booked when the file
   * is read. Usage in the response of the call that made the resource is that call's own.
   *
   * With other gateways on the store, the usage is booked when the store says that none of them was first. No request
   * waits for that.
   *
   * @param lifecycle The call whose response has the report.
   */
  async book(
    { name, usage, files, model = "" }: LaterReport,
    lifecycle: Pick<CallLifecycle, "record" | "booked">,
  ): Promise<void> {
    const due = await this.#take(name);
    if (due === undefined) return;
    if (usage === undefined && files.length > 0) {
      return files.forEach((file) => this.#mark(file, due));
    }
    const book = () => this.#tell(due, { usage, model, lifecycle });
    const isFirst = this.#options.marks.add(name, due.expiresAtMs);
    if (isFirst === true) return book();
    const booking = isFirst.then((isFirst) => isFirst ? book() : undefined, (error: unknown) => {
      this.#options.owners.set(name, due);
      const what = "Cannot book the usage of a batch or an interaction; its next response will";
      this.#options.onProblem(what, error);
    }).finally(() => this.#pending.delete(booking));
    this.#pending.add(booking);
  }

  /** The response of the call that made a resource broke off when it had reported some usage, which is counted. */
  brokeOff(name: string, counted: TokenUsage): void {
    const { owners } = this.#options;
    const owner = owners.peek(name);
    if (owner?.unbooked === undefined) return;
    owners.set(name, { ...owner, unbooked: { ...owner.unbooked, counted } });
  }

  /** Resolves when the store has responded for all bookings. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Takes the mark that the usage of a resource is still to be booked. */
  async #take(name: string): Promise<Due | undefined> {
    const { owners } = this.#options;
    if (owners.peek(name) === undefined) await this.#read(name);
    // Nothing waits from here on: two calls at once must not book the same usage.
    const marked = owners.peek(name);
    if (marked?.unbooked === undefined) return undefined;
    const { unbooked, ...owner } = marked;
    owners.set(name, owner);
    return { ...owner, unbooked };
  }

  /** Moves the mark to the file with a batch's results, which the batch's caller owns. */
  #mark(file: string, { callerId, unbooked }: Due): void {
    const { owners } = this.#options;
    const owner = owners.peek(file);
    if (owner?.callerId === callerId) owners.set(file, { ...owner, unbooked });
  }

  #tell(
    { callerId, unbooked: { method, model: called, account, madeAtMs, counted } }: Due,
    { usage, model, lifecycle }: {
      readonly usage: TokenUsage | undefined;
      readonly model: string;
      readonly lifecycle: Pick<CallLifecycle, "record" | "booked">;
    },
  ): void {
    const { record } = lifecycle;
    if (record.method === method) return;
    lifecycle.booked({
      callerId,
      account: account || record.account,
      model: called || model,
      called,
      method,
      atMs: this.#options.clock.now(),
      usage: usage && counted ? restOfUsage(usage, counted) : usage,
      settles: counted === undefined,
      ...(madeAtMs === 0 ? {} : { madeAtMs }),
    });
  }

  async #read(name: string): Promise<void> {
    try {
      await this.#options.owners.get(name);
    } catch (error) {
      this.#options.onProblem("Cannot read the owner of a resource, so its usage waits", error);
    }
  }
}
