/**
 * Random faults against the real dispatcher: however upstreams fail, a client's call costs a bounded
 * number of requests, ends in its time, and asks no account twice without leave.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { GRACE_MS } from "../../../src/pool/cool_downs/backoff.ts";
import type { AccountSnapshot } from "../../../src/pool/snapshot.ts";
import type { StrategyName } from "../../../src/pool/strategy.ts";
import { type FaultScope, UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { account } from "../../support/test_pool.ts";
import { type Attempt, VirtualGateway } from "../../support/virtual_gateway.ts";

/** What an upstream does with one request. */
interface Outcome {
  /** Undefined for a good answer. */
  readonly scope: Exclude<FaultScope, "client"> | undefined;
  readonly delayMs: number | undefined;
  readonly quota: "minute" | "day" | undefined;
  readonly tookMs: number;
}

interface Schedule {
  readonly accounts: number;
  readonly baseUrls: number;
  readonly maxAttempts: number;
  readonly strategy: StrategyName;
  readonly serverTimeoutSeconds: number;
  /** Of all accounts in turn, in order of the requests. */
  readonly outcomes: readonly Outcome[];
}

interface Seen extends Attempt {
  readonly atMs: number;
  readonly outcome: Outcome;
  /** The accounts that did not rest then. */
  readonly free: readonly string[];
}

const outcome: fc.Arbitrary<Outcome> = fc.record({
  scope: fc.constantFrom(
    ...["account-model", "account-model", "account-model", "transient", "transient"] as const,
    ...["account", "model", "request", undefined] as const,
  ),
  delayMs: fc.option(fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 60_000 })), { nil: undefined }),
  quota: fc.constantFrom(undefined, undefined, "minute", "day"),
  tookMs: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 20_000 })),
});

const schedule: fc.Arbitrary<Schedule> = fc.record({
  accounts: fc.integer({ min: 1, max: 6 }),
  baseUrls: fc.integer({ min: 1, max: 3 }),
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  strategy: fc.constantFrom("balance", "cache_first", "performance_first"),
  serverTimeoutSeconds: fc.integer({ min: 1, max: 60 }),
  outcomes: fc.array(outcome, { minLength: 1, maxLength: 40 }),
});

/** Makes some calls of one conversation, one after the other, and checks each. */
async function play(plan: Schedule): Promise<void> {
  const seen: Seen[] = [];
  let served = 0;
  const gateway = new VirtualGateway({
    ...plan,
    accounts: Array.from({ length: plan.accounts }, (_, nth) => account(`a${nth}`)),
    baseUrls: Array.from({ length: plan.baseUrls }, (_, nth) => `base ${nth}`),
    async response(attempt) {
      const next = plan.outcomes[served++ % plan.outcomes.length];
      assert.ok(next);
      const entry = {
        ...attempt,
        atMs: gateway.time.now(),
        outcome: next,
        free: gateway.pool.snapshot().filter(isFree).map(({ accountId }) => accountId),
      };
      seen.push(entry);
      await tookOrAborted(gateway, entry);
      if (next.scope === undefined) return;
      const { delayMs, quota } = next;
      throw new UpstreamFault(next.scope, new RpcError("UNAVAILABLE", "Made up"), {
        delayMs,
        ...(next.scope === "account-model" ? { quota } : {}),
      });
    },
  });
  async function makeCalls(): Promise<void> {
    for (let nth = 0; nth < 4; nth++) {
      seen.length = 0;
      const startMs = gateway.time.now();
      const { serverTimeoutSeconds } = plan;
      const call = { model: "m", conversation: "one", serverTimeoutSeconds };
      const { record, error } = await gateway.call(call);
      assert.equal(record.attempts, seen.length);
      assert.ok(seen.length <= plan.maxAttempts, `${seen.length} requests`);
      // The watch looks every quarter of a second.
      const tookMs = gateway.time.now() - startMs;
      assert.ok(tookMs <= serverTimeoutSeconds * 1000 + 500, `It took ${tookMs} ms`);
      assert.ok(error === undefined || error instanceof RpcError, String(error));
      checkRepeats(seen, plan);
    }
  }
  const calls = makeCalls();
  calls.catch(() => {});
  await gateway.time.run();
  await calls;
  assert.deepEqual(gateway.pool.snapshot().map((one) => one.callsInFlight).filter(Boolean), []);
}

async function tookOrAborted(gateway: VirtualGateway, { signal, outcome }: Seen): Promise<void> {
  const aborted = new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
  await Promise.race([gateway.time.sleep(outcome.tookMs), aborted]);
  if (signal.aborted) throw signal.reason;
}

/** The same account again: on its next address, after the stated grace, or for want of any other. */
function checkRepeats(seen: readonly Seen[], { baseUrls }: Schedule): void {
  for (const [nth, attempt] of seen.entries()) {
    const before = seen.slice(0, nth).findLast(({ accountId }) => accountId === attempt.accountId);
    if (before === undefined) continue;
    const isNextAddress = before === seen[nth - 1] && attempt.baseUrl !== "base 0" &&
      Number(attempt.baseUrl.slice(5)) === Number(before.baseUrl.slice(5)) + 1;
    if (isNextAddress) {
      assert.ok(baseUrls > 1);
      continue;
    }
    const { scope, delayMs, tookMs } = before.outcome;
    const waitedMs = attempt.atMs - before.atMs - tookMs;
    if (scope === "account-model" || scope === "account") {
      assert.ok(delayMs !== undefined && delayMs <= GRACE_MS && waitedMs >= delayMs, "No grace");
      continue;
    }
    assert.equal(scope, "transient");
    const asked = new Set(seen.slice(0, nth).map(({ accountId }) => accountId));
    assert.deepEqual(attempt.free.filter((id) => !asked.has(id)), [], "Another was left");
    assert.ok(waitedMs >= Math.min(delayMs ?? 250, GRACE_MS), `A backoff of ${waitedMs} ms`);
  }
}

function isFree({ coolDown, models }: AccountSnapshot): boolean {
  return ![coolDown, ...models].some((one) => one?.state === "cooling" && !one.isLastResort);
}

Deno.test("A call costs at most its attempts, ends in its time, and repeats no account without leave", async () => {
  await fc.assert(fc.asyncProperty(schedule, play), { numRuns: 400 });
});
