/**
 * The use of an account by a call, until the call is over.
 *
 * @module
 */
import type { CoolDown } from "./cool_downs/cool_down.ts";
import type { Member } from "./member.ts";

/** Is notified when a lease ends. */
export interface Lessor {
  /** Called once, when the call is over. */
  release(lease: Lease): void;
}

/** A call's use of an account. Counts as one of its calls in flight until it is disposed of. */
export class Lease implements Disposable {
  readonly member: Member;
  readonly cooldownKey: string;
  readonly session: string | undefined;
  /** The cool-downs for which this call finds out whether they were long enough. */
  readonly probed: readonly CoolDown[];
  isOver = false;
  readonly #lessor: Lessor;

  constructor(
    lessor: Lessor,
    terms: {
      readonly member: Member;
      readonly cooldownKey: string;
      readonly session: string | undefined;
      readonly probed: readonly CoolDown[];
    },
  ) {
    this.#lessor = lessor;
    this.member = terms.member;
    this.cooldownKey = terms.cooldownKey;
    this.session = terms.session;
    this.probed = terms.probed;
  }

  /** The account's id. */
  get accountId(): string {
    return this.member.account.id;
  }

  /** Ends the lease; further calls have no effect. */
  [Symbol.dispose](): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#lessor.release(this);
  }
}
