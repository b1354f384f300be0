/** The windows of limits for random requests, compared with all that was ever counted. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { KeyLimits } from "../../../src/keys/client_key.ts";
import { DAY_MS } from "../../../src/keys/limits/calendar.ts";
import { LimitTestbed, RESERVED } from "./limit_testbed.ts";

const MINUTE_MS = 60_000;

/** Something that was counted. */
interface Counted {
  readonly atMs: number;
  readonly count: number;
}

/** A request, and how long after the one before. */
interface Step {
  readonly afterMs: number;
  /** What the call uses; undefined for a request of no model. */
  readonly tokens: number | undefined;
}

const pauses = fc.oneof(
  fc.constantFrom(0, 1, 999, 1000, MINUTE_MS - 1, MINUTE_MS),
  fc.nat(90_000),
  fc.nat(DAY_MS),
  fc.nat(20 * DAY_MS),
);

const steps = fc.array(
  fc.record<Step>({
    afterMs: pauses,
    tokens: fc.option(fc.nat(1500), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 60 },
);

const limit = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
const tokenLimit = fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined });

const limits = fc.record({
  requestsPerMinute: limit,
  requestsPerDay: limit,
  tokensPerMinute: tokenLimit,
  tokensPerDay: tokenLimit,
  tokensPerMonth: tokenLimit,
}).map((all) =>
  Object.fromEntries(Object.entries(all).filter(([, limit]) => limit !== undefined)) as KeyLimits
);

/** The sum of what a window has that began at this time. */
function since(counted: readonly Counted[], beginMs: number): number {
  return counted.filter(({ atMs }) => atMs >= beginMs).reduce((sum, { count }) => sum + count, 0);
}

function dayBegin(atMs: number): number {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}

function monthBegin(atMs: number): number {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** Whether a request fits into every window, by all that was counted so far. */
function fits(
  { requests, tokens }: { readonly requests: readonly Counted[]; readonly tokens: Counted[] },
  { limits, nowMs, isOfModel }: { limits: KeyLimits; nowMs: number; isOfModel: boolean },
): boolean {
  // The second that began a minute before the current one still counts, as far as tokens are concerned.
  const minuteOfTokens = Math.floor(nowMs / 1000) * 1000 - MINUTE_MS;
  const windows = [
    [limits.requestsPerMinute, 1, since(requests, nowMs - MINUTE_MS + 1)],
    [limits.requestsPerDay, 1, since(requests, dayBegin(nowMs))],
    ...isOfModel
      ? [
        [limits.tokensPerMinute, RESERVED, since(tokens, minuteOfTokens)],
        [limits.tokensPerDay, RESERVED, since(tokens, dayBegin(nowMs))],
        [limits.tokensPerMonth, RESERVED, since(tokens, monthBegin(nowMs))],
      ] as const
      : [],
  ] as const;
  return windows.every(([limit, count, used]) =>
    limit === undefined || (used < limit && used + Math.min(count, limit) <= limit)
  );
}

Deno.test("A request is admitted exactly if it fits into all windows of what was counted", () => {
  fc.assert(fc.property(limits, steps, (limits, steps) => {
    const testbed = new LimitTestbed(limits);
    const requests: Counted[] = [];
    const tokens: Counted[] = [];
    for (const { afterMs, tokens: count } of steps) {
      testbed.clock.advance(afterMs);
      const atMs = testbed.clock.now();
      const isOfModel = count !== undefined;
      const expected = fits({ requests, tokens }, { limits, nowMs: atMs, isOfModel });
      assert.equal(testbed.make(count).waitMs === 0, expected);
      if (!expected) continue;
      requests.push({ atMs, count: 1 });
      if (isOfModel) tokens.push({ atMs, count });
    }
  }));
});

Deno.test("A refused request is admitted when the stated time is over, and not a millisecond before", () => {
  let refused = 0;
  fc.assert(fc.property(limits, steps, (limits, steps) => {
    const testbed = new LimitTestbed(limits);
    for (const { afterMs, tokens } of steps) {
      testbed.clock.advance(afterMs);
      const { waitMs } = testbed.make(tokens);
      if (waitMs === 0) continue;
      refused++;
      testbed.clock.advance(waitMs - 1);
      assert.notEqual(testbed.make(tokens).waitMs, 0, `1 ms before the end of ${waitMs} ms`);
      testbed.clock.advance(1);
      assert.equal(testbed.make(tokens).waitMs, 0, `After ${waitMs} ms`);
    }
  }));
  assert.ok(refused > 100, `Only ${refused} requests were refused`);
});

Deno.test("A limit that a key gets later counts what the key used before", () => {
  fc.assert(fc.property(limits, steps, (limits, steps) => {
    const limited = new LimitTestbed(limits);
    const edited = new LimitTestbed({});
    // Without a limit, the times of requests are only known to the second: here they are at its end.
    for (const { clock } of [limited, edited]) clock.advance(999);
    for (const { afterMs, tokens } of steps) {
      for (const { clock } of [limited, edited]) clock.advance(Math.ceil(afterMs / 1000) * 1000);
      const isAdmitted = limited.make(tokens).waitMs === 0;
      edited.limits = {};
      if (isAdmitted) edited.make(tokens);
      edited.limits = limits;
      assert.deepEqual(edited.headers(), limited.headers());
    }
  }));
});
