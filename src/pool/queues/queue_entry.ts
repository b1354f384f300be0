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
  /** As it was when last looked at: how long that holds is `untilMs`. */
  standing: Standing = "ready";
  /** When to look at it again, in ms of the monotonic clock. */
  untilMs = 0;
  /** Whether it offers what is asked for, as of the last look; undefined before the first. */
  offer: Offer | undefined;
  /** What its cool-down is for; undefined where it has none. */
  restsFor: FailureKind | undefined;
  load = 0;
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
