/** When calls of a key with limits are admitted, and what a refusal says. @module */
import assert from "node:assert/strict";
import type { Keeper, KeptChange, KeptUser } from "../../../src/base/stored/kept.ts";
import { DAY_MS } from "../../../src/keys/limits/calendar.ts";
import { KEY_USE } from "../../../src/keys/limits/key_use.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { NO_KEEPER } from "../../support/kept.ts";
import { LimitTestbed, RESERVED, used } from "./limit_testbed.ts";

const HOUR_MS = 3_600_000;

Deno.test("The longest of several waits counts, and every full window is named", () => {
  const testbed = new LimitTestbed({
    requestsPerMinute: 1,
    requestsPerDay: 1,
    tokensPerMonth: 1000,
    budget: { microUsd: 1_000_000, per: "day" },
  });
  testbed.clock.advance(10 * DAY_MS + 22 * HOUR_MS);
  testbed.make(900);
  const call = testbed.make(0);
  // The month ends after 20 more days.
  assert.equal(call.waitMs, 20 * DAY_MS + 2 * HOUR_MS);
  assert.deepEqual(call.quotaIds, [
    "PolluxTokensPerMonthPerKey",
    "PolluxRequestsPerDayPerKey",
    "PolluxRequestsPerMinutePerKey",
  ]);
  assert.match(call.message, /limit of 1000 tokens per month/);
  // A list of models needs no tokens.
  const list = testbed.make();
  assert.equal(list.waitMs, 2 * HOUR_MS);
  assert.deepEqual(list.quotaIds, ["PolluxRequestsPerDayPerKey", "PolluxRequestsPerMinutePerKey"]);
});

Deno.test("What calls in flight reserved is no reason to wait for the next day", () => {
  const testbed = new LimitTestbed({ tokensPerDay: 1000, budget: { microUsd: 700, per: "month" } });
  const calls = [testbed.try({ bytes: 0 }), testbed.try({ bytes: 0 })];
  const refused = testbed.try({ bytes: 2000 });
  assert.deepEqual([refused.waitMs, refused.quotaIds], [1000, [
    "PolluxReservedTokensPerKey",
    "PolluxReservedBudgetPerKey",
  ]]);
  assert.match(
    refused.message,
    /^The calls in flight of the key "anna" have reserved what is left of its limit of 1000 tokens per day\. Try again/,
  );
  for (const { call } of calls) {
    call.used("model", used(10));
    call.end();
  }
  assert.equal(testbed.try({ bytes: 1000 }).waitMs, 0);
});

Deno.test("What a stream has not used yet of its estimate stays reserved, of tokens and of the budget", () => {
  for (
    const limits of [
      { tokensPerDay: 1000 },
      { budget: { microUsd: 1000, per: "day" } },
    ] as const
  ) {
    const testbed = new LimitTestbed(limits);
    const { call } = testbed.try({ bytes: 2000 });
    for (const tokens of [100, 200, 300]) call.used("model", used(tokens));
    // 300 are used, and the rest of 756 is reserved.
    assert.equal(testbed.try({ bytes: 0 }).waitMs, 1000);
    call.end();
    assert.equal(testbed.try({ bytes: 0 }).waitMs, 0);
  }
});

Deno.test("Nothing of a budget stays reserved when no call is in flight, whatever tokens cost", () => {
  const testbed = new LimitTestbed({ budget: { microUsd: 10_000, per: "month" } }, { price: 0.1 });
  const calls = [1, 3, 7, 22].map((bytes) => testbed.try({ bytes }).call);
  const [budget] = testbed.limiter.useOf(testbed.key).windows;
  calls[2]?.used("model", used(7));
  for (const nth of [1, 0, 3, 2]) calls[nth]?.end();
  assert.equal(budget?.reserved(), 0);
  assert.equal(budget?.used(testbed.clock.now()), 7 * 0.1);
});

Deno.test("A call that is refused after midnight is taken back from the day before", () => {
  const testbed = new LimitTestbed({ requestsPerDay: 2, tokensPerDay: RESERVED });
  testbed.clock.advance(DAY_MS - 1000);
  const call = testbed.limiter.call(testbed.key);
  call.admit(true);
  // Its body takes until the next day, in which another call uses up the tokens.
  testbed.clock.advance(2000);
  testbed.make(RESERVED);
  assert.equal(testbed.headers()["x-ratelimit-remaining-requests"], "1");
  assert.throws(() => call.reserve("model", { bytes: 0 }), /tokens per day/);
  assert.equal(testbed.headers()["x-ratelimit-remaining-requests"], "1");
  testbed.limits = { ...testbed.limits, requestsPerMinute: 5 };
  // Of the last minute, too, only the other call counts.
  assert.equal(testbed.headers()["x-ratelimit-remaining-requests"], "1");
  testbed.limits = { requestsPerMinute: 5, maxConcurrent: 1 };
  assert.equal(testbed.headers()["x-ratelimit-remaining-requests"], "4");
  assert.equal(testbed.headers()["x-ratelimit-remaining-concurrent"], "1");
});

Deno.test("A limit that is lowered counts what was used, and refuses until enough of it has passed", () => {
  const testbed = new LimitTestbed({ requestsPerMinute: 10 });
  for (let nth = 0; nth < 5; nth++) {
    assert.equal(testbed.make().waitMs, 0);
    testbed.clock.advance(1000);
  }
  testbed.limits = { requestsPerMinute: 2 };
  assert.equal(testbed.headers()["x-ratelimit-remaining-requests"], "0");
  // Four of the five must have passed: the fourth was made after 3 of the 5 seconds.
  assert.equal(testbed.make().waitMs, 58_000);
  testbed.limits = { requestsPerMinute: 6 };
  assert.equal(testbed.make().waitMs, 0);
});

Deno.test("A key that gets a limit of calls at the same time counts those in flight", () => {
  const testbed = new LimitTestbed({});
  const first = testbed.try();
  testbed.limits = { maxConcurrent: 1 };
  assert.deepEqual(testbed.try().quotaIds, ["PolluxConcurrentRequestsPerKey"]);
  first.call.end();
  first.call.end();
  const second = testbed.try();
  assert.equal(second.waitMs, 0);
  assert.equal(testbed.make().waitMs, 1000);
});

Deno.test("The headers say what is left of a budget, and of calls at the same time", () => {
  const testbed = new LimitTestbed({
    budget: { microUsd: 2_500_000, per: "day" },
    maxConcurrent: 2,
  });
  testbed.make(1_000_000);
  testbed.try();
  assert.deepEqual(testbed.headers(), {
    "x-ratelimit-limit-usd": "2.5",
    "x-ratelimit-remaining-usd": "1.5",
    "x-ratelimit-reset-usd": "86400s",
    "x-ratelimit-limit-concurrent": "2",
    "x-ratelimit-remaining-concurrent": "1",
  });
});

/** A store that gateways share, which passes on what they counted when it is told to. */
function sharedStore(clock: FakeClock) {
  const users: KeptUser<unknown>[] = [];
  const rows = new Map<string, KeptChange<unknown>>();
  const keeper: Keeper = {
    isShared: false,
    open(kind, user) {
      users.push(user as KeptUser<unknown>);
      return {
        ...NO_KEEPER.open(kind, user),
        put: (key, value) => void rows.set(key.join(), { key, value }),
      };
    },
  };
  /** Writes and reads the counts as they are now. */
  function pass(): void {
    const changes = [...rows.values()].map(({ key, value }) => {
      const stored = KEY_USE.encode(value as never, clock.now());
      return { key, value: KEY_USE.decode(stored, clock.now()) };
    });
    for (const user of users) user.adopt(changes, { isNews: true });
  }
  return { keeper, pass };
}

Deno.test("Gateways exceed a limit by at most what they admit until they know each other's counts", () => {
  const clock = new FakeClock();
  const { keeper, pass } = sharedStore(clock);
  const limits = { requestsPerMinute: 20, requestsPerDay: 100, tokensPerDay: 1_000_000 };
  const gateways = [0, 1, 2].map(() => new LimitTestbed(limits, { clock, keeper }));
  let admitted = 0;
  // Each gateway gets a request every 100 ms, and learns the others' counts every 1.5 seconds.
  for (let atMs = 0; atMs < 60_000; atMs += 100) {
    if (atMs % 1500 === 0) pass();
    for (const gateway of gateways) admitted += Number(gateway.make(1).waitMs === 0);
    clock.advance(100);
  }
  // Two others, which admit 15 requests in that time.
  assert.ok(admitted > 20 && admitted <= 20 + 2 * 15, `${admitted} requests were admitted`);
  pass();
  for (const gateway of gateways) {
    const { "x-ratelimit-remaining-tokens": left } = gateway.headers();
    assert.equal(left, String(1_000_000 - admitted));
  }
});

Deno.test("Gateways that do not reach the store keep a limit each by itself", () => {
  const gateways = [0, 1, 2].map(() => new LimitTestbed({ requestsPerDay: 20 }));
  const admitted = gateways.map((gateway) => {
    let count = 0;
    for (let nth = 0; nth < 50; nth++) count += Number(gateway.make().waitMs === 0);
    return count;
  });
  assert.deepEqual(admitted, [20, 20, 20]);
});

Deno.test("What a gateway counted before its restarts is forgotten with its day, month and minute", () => {
  const clock = new FakeClock();
  clock.advance(30 * DAY_MS);
  const { keeper, pass } = sharedStore(clock);
  const limits = { requestsPerMinute: 50, tokensPerMonth: 10_000 };
  for (let start = 0; start < 20; start++) {
    const gateway = new LimitTestbed(limits, { clock, keeper });
    pass();
    const { "x-ratelimit-remaining-requests": left } = gateway.headers();
    assert.equal(left, String(50 - start));
    gateway.make(100);
    pass();
  }
  const last = new LimitTestbed(limits, { clock, keeper });
  pass();
  const left = () => [
    last.headers()["x-ratelimit-remaining-requests"],
    last.headers()["x-ratelimit-remaining-tokens"],
  ];
  assert.deepEqual(left(), ["30", "8000"]);
  clock.advance(61_000);
  assert.deepEqual(left(), ["50", "8000"]);
  clock.advance(DAY_MS);
  assert.deepEqual(left(), ["50", "10000"]);
});

Deno.test("A gateway knows the newest counts of another, and when they end", () => {
  const clock = new FakeClock();
  const { keeper, pass } = sharedStore(clock);
  const perDay = { requestsPerDay: 10, tokensPerMinute: 1000 };
  const [one, other] = [0, 1].map(() => new LimitTestbed(perDay, { clock, keeper }));
  assert.ok(one && other);
  clock.advance(300);
  for (let nth = 1; nth < 4; nth++) {
    one.make(100);
    pass();
    const { "x-ratelimit-remaining-requests": requests, ...headers } = other.headers();
    assert.equal(requests, String(10 - nth));
    assert.equal(headers["x-ratelimit-remaining-tokens"], String(1000 - nth * 100));
    for (const reset of [headers, one.headers()]) {
      // The second of the tokens counts until a minute after its end.
      assert.equal(reset["x-ratelimit-reset-tokens"], "60.7s");
    }
  }
  other.limits = { tokensPerMonth: 1000 };
  assert.equal(other.headers()["x-ratelimit-remaining-tokens"], "700");
  one.make(100);
  pass();
  assert.equal(other.headers()["x-ratelimit-remaining-tokens"], "600");
});

Deno.test("What a day and a month have counted is not forgotten when the clock is set back over midnight", () => {
  const testbed = new LimitTestbed({ requestsPerDay: 3, tokensPerMonth: 1000 });
  const left = () => {
    const headers = testbed.headers();
    return [
      headers["x-ratelimit-remaining-requests"],
      headers["x-ratelimit-remaining-tokens"],
    ];
  };
  testbed.make(100);
  assert.deepEqual(left(), ["2", "900"]);
  // From the first minute of January to the last of December.
  testbed.clock.set(-60_000);
  assert.deepEqual(left(), ["2", "900"]);
  testbed.make(100);
  testbed.clock.set(60_000);
  assert.deepEqual(left(), ["1", "800"]);
  testbed.clock.advance(DAY_MS);
  assert.deepEqual(left(), ["3", "800"]);
});
