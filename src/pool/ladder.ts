/**
 * How long to rest where upstream does not say: longer each time, until a call succeeds.
 *
 * @module
 */
import type { FailureKind } from "./failure.ts";

interface Ladder {
  readonly firstMs: number;
  readonly mostMs: number;
}

const LADDERS: Readonly<Record<FailureKind, Ladder>> = {
  "quota": { firstMs: 10_000, mostMs: 1_800_000 },
  "refused": { firstMs: 30_000, mostMs: 1_800_000 },
  // A name may be a client's own slip, and a model may be there tomorrow.
  "unknown-model": { firstMs: 60_000, mostMs: 600_000 },
  "passing": { firstMs: 1000, mostMs: 60_000 },
};

/**
 * The rest on a step of the ladder.
 *
 * @param kind Each kind of failure has its own ladder.
 * @param step From 1 on; each step is twice as long as the one before, up to the ladder's top.
 * @returns In ms.
 */
export function ladderMs(kind: FailureKind, step: number): number {
  const { firstMs, mostMs } = LADDERS[kind];
  return Math.min(mostMs, firstMs * 2 ** (step - 1));
}
