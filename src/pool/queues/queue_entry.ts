/**
 * An account's place in a queue.
 *
 * @module
 */
import type { FailureKind } from "../cool_downs/failure.ts";
import type { HeapItem } from "./heap.ts";
import type { Member, Standing } from "../member.ts";
import type { Offer } from "../offering.ts";
import type { Contender } from "../strategy.ts";

/** An account's place in a queue. */
export class QueueEntry implements HeapItem, Contender {
  readonly member: Member;
  readonly position: number;
  heapIndex = -1;
  /** As of the last update; valid until `untilMs`. */
  standing: Standing = "ready";
  /** When to update it again, in ms of the monotonic clock. */
  untilMs = 0;
  /** Whether it offers the model, as of the last update; undefined before the first. */
  offer: Offer | undefined;
  /** The kind of failure that its cool-down is for; undefined if it has none. */
  restsFor: FailureKind | undefined;
  load = 0;
  lostAtMs = Infinity;
  pass = 0;
  lastTurn: number;

  constructor(member: Member, position: number) {
    this.member = member;
    this.position = position;
    this.lastTurn = member.lastTurn;
  }

  get priority(): number {
    return this.member.account.priority;
  }
}
