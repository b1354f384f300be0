import assert from "node:assert/strict";
import fc from "fast-check";
import {
  amountOf,
  columnsOf,
  MOST_LAYERS,
  RANGES,
  stackOf,
  startsOf,
  sumsOf,
  type UsageLine,
} from "../../../../src/ui/client/usage/stack.js";

const NOW = Date.parse("2026-11-29T13:20:00Z");
const HOUR_MS = 3_600_000;

const NONE = {
  calls: 0,
  errors: 0,
  notKnown: 0,
  notPriced: 0,
  prompt: 0,
  cached: 0,
  tool: 0,
  thoughts: 0,
  output: 0,
  firstByteMs: 0,
  firstBytes: 0,
  costUsd: 0,
};

function rangeOf(name: string) {
  const range = RANGES[name];
  assert.ok(range);
  return range;
}

/** A stack with the order of its own lines. */
function stack(lines: readonly UsageLine[], how: Omit<Parameters<typeof stackOf>[1], "sums">) {
  return stackOf(lines, { ...how, sums: sumsOf(lines, how.dimension) });
}

function iso(ms: number | undefined): string {
  assert.ok(ms !== undefined);
  return new Date(ms).toISOString().slice(0, 16);
}

Deno.test("startsOf() ends with the present hour, quarter of a day, day and week", () => {
  const ends = Object.keys(RANGES).map((name) => {
    const starts = startsOf(rangeOf(name), NOW);
    return [name, starts.length, iso(starts[0]), iso(starts.at(-1))];
  });
  assert.deepEqual(ends, [
    ["24h", 24, "2026-11-28T14:00", "2026-11-29T13:00"],
    ["7d", 28, "2026-11-22T18:00", "2026-11-29T12:00"],
    ["30d", 30, "2026-10-31T00:00", "2026-11-29T00:00"],
    ["90d", 90, "2026-09-01T00:00", "2026-11-29T00:00"],
    // Weeks begin on Mondays.
    ["1y", 53, "2025-11-24T00:00", "2026-11-23T00:00"],
  ]);
});

Deno.test("amountOf() tells what is not known from 0", () => {
  const line = { ...NONE, calls: 3, prompt: 10, cached: 4, tool: 1, thoughts: 2, output: 5 };
  assert.deepEqual(amountOf(line, "requests"), { value: 3, isPartial: false });
  // Cached tokens are among those of the prompts.
  assert.deepEqual(amountOf(line, "tokens"), { value: 18, isPartial: false });
  assert.deepEqual(amountOf({ ...line, notKnown: 1 }, "tokens"), { value: 18, isPartial: true });
  assert.deepEqual(amountOf({ ...NONE, calls: 1, notKnown: 1 }, "tokens"), {
    value: null,
    isPartial: true,
  });
  // The batch whose tokens were not known before was reported in this hour.
  assert.deepEqual(amountOf({ ...line, notKnown: -1 }, "tokens"), { value: 18, isPartial: false });
  assert.deepEqual(amountOf({ ...line, costUsd: 0.5 }, "cost"), { value: 0.5, isPartial: false });
  assert.deepEqual(amountOf({ ...line, costUsd: 0 }, "cost"), { value: 0, isPartial: false });
  assert.deepEqual(amountOf({ ...line, costUsd: null, notPriced: 3 }, "cost"), {
    value: null,
    isPartial: true,
  });
  assert.deepEqual(amountOf({ ...line, costUsd: 0.5, notKnown: -1, notPriced: 1 }, "cost"), {
    value: 0.5,
    isPartial: true,
  });
});

Deno.test("stackOf() sums hours into longer stretches, and days that hours were folded into", () => {
  const range = rangeOf("7d");
  const starts = startsOf(range, NOW);
  const lines = [
    { ...NONE, hour: "2026-11-29T12", account: "home", calls: 2 },
    { ...NONE, hour: "2026-11-29T13", account: "home", calls: 3 },
    { ...NONE, hour: "2026-11-29T11", account: "home", calls: 4 },
    { ...NONE, hour: "2026-11-25", account: "home", calls: 7 },
    { ...NONE, hour: "2026-11-22T17", account: "home", calls: 100 },
    { ...NONE, hour: "2026-11-29T18", account: "home", calls: 100 },
  ];
  const stacked = stack(lines, {
    dimension: "account",
    measure: "requests",
    starts,
    stepMs: range.stepMs,
  });
  assert.deepEqual(stacked.layers.map(({ name, total }) => [name, total.value]), [["home", 16]]);
  const shown = stacked.totals.flatMap(({ value }, nth) =>
    value === 0 ? [] : [[iso(starts[nth]), value]]
  );
  assert.deepEqual(shown, [
    ["2026-11-25T00:00", 7],
    ["2026-11-29T06:00", 4],
    ["2026-11-29T12:00", 5],
  ]);
});

Deno.test("stackOf() keeps two keys of one name apart, and sums up names beyond the colours", () => {
  const starts = startsOf(rangeOf("24h"), NOW);
  const how = { measure: "requests", starts, stepMs: HOUR_MS } as const;
  const hour = "2026-11-29T13";
  const keys = [
    { ...NONE, hour, key: "ci", keyId: "a", calls: 1 },
    { ...NONE, hour, key: "ci", keyId: "b", calls: 2 },
  ];
  assert.deepEqual(
    stack(keys, { ...how, dimension: "key" }).layers.map(({ name, total }) => [
      name,
      total.value,
    ]),
    [["ci", 2], ["ci", 1]],
  );
  const models = (count: number) =>
    Array.from(
      { length: count },
      (_, nth) => ({ ...NONE, hour, model: `m${nth}`, calls: nth + 1 }),
    );
  const fits = stack(models(MOST_LAYERS + 1), { ...how, dimension: "model" });
  assert.deepEqual(fits.layers.map(({ others }) => others), Array(MOST_LAYERS + 1).fill(0));
  const cut = stack(models(MOST_LAYERS + 3), { ...how, dimension: "model" });
  assert.equal(cut.layers.length, MOST_LAYERS + 1);
  assert.deepEqual(cut.layers.at(-1)?.total.value, 1 + 2 + 3);
  assert.equal(cut.layers[0]?.name, `m${MOST_LAYERS + 2}`);
  assert.equal(cut.layers.at(-1)?.others, 3);
});

Deno.test("stackOf() shows what is not known in the stretch, the layer and the total", () => {
  const starts = startsOf(rangeOf("24h"), NOW);
  const lines = [
    { ...NONE, hour: "2026-11-29T12", model: "video", calls: 1, notKnown: 1 },
    { ...NONE, hour: "2026-11-29T13", model: "text", calls: 1, prompt: 5 },
    { ...NONE, hour: "2026-11-29T13", model: "video", calls: 1, notKnown: 1 },
  ];
  const stacked = stack(lines, {
    dimension: "model",
    measure: "tokens",
    starts,
    stepMs: HOUR_MS,
  });
  assert.deepEqual(stacked.totals.slice(-3), [
    { value: 0, isPartial: false },
    { value: null, isPartial: true },
    { value: 5, isPartial: true },
  ]);
  assert.deepEqual(stacked.total, { value: 5, isPartial: true });
  assert.deepEqual(stacked.layers.map(({ name, total }) => [name, total.value]), [
    ["text", 5],
    ["video", null],
  ]);
});

Deno.test("columnsOf() has the highest edge first, and no bar where nothing is known", () => {
  const starts = startsOf(rangeOf("24h"), NOW);
  const lines = [
    { ...NONE, hour: "2026-11-29T12", key: "a", calls: 4 },
    { ...NONE, hour: "2026-11-29T13", key: "a", calls: 5 },
    { ...NONE, hour: "2026-11-29T13", key: "b", calls: 2 },
  ];
  const stacked = stack(lines, { dimension: "key", measure: "requests", starts, stepMs: HOUR_MS });
  const columns = columnsOf(stacked).map((column) => column.slice(-3));
  const seconds = starts.slice(-3).map((start) => start / 1000);
  assert.deepEqual(columns, [seconds, [null, null, 7], [null, 4, 5]]);
});

Deno.test("stackOf() adds up: layers, stretches and the total have the same sum", () => {
  const starts = startsOf(rangeOf("24h"), NOW);
  const count = fc.nat({ max: 1_000_000 });
  const line = fc.record({
    hour: fc.nat({ max: 23 }).map((nth) => iso(starts[nth]).slice(0, 13)),
    key: fc.constantFrom(..."abcdefghijkl"),
    calls: count,
    prompt: count,
    output: count,
    notKnown: fc.integer({ min: -2, max: 2 }),
  }).map((some) => ({ ...NONE, ...some }));
  fc.assert(fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
    const how = { dimension: "key", measure: "tokens", starts, stepMs: HOUR_MS } as const;
    const { layers, totals, total } = stack(lines, how);
    const sum = lines.reduce((sum, { prompt, output }) => sum + prompt + output, 0);
    const of = (amounts: readonly { readonly value: number | null }[]) =>
      amounts.reduce((sum, { value }) => sum + (value ?? 0), 0);
    assert.equal(total.value ?? 0, sum);
    assert.equal(of(totals), sum);
    assert.equal(of(layers.flatMap(({ amounts }) => amounts)), sum);
    assert.equal(total.isPartial, lines.some(({ notKnown }) => notKnown > 0));
  }));
});

Deno.test("sumsOf() orders names by cost, tokens and calls, and keeps what is not known", () => {
  const day = "2026-11-29";
  const lines = [
    { ...NONE, day, model: "free", calls: 9 },
    { ...NONE, day, model: "costly", calls: 1, costUsd: 2 },
    { ...NONE, day, model: "unpriced", calls: 1, prompt: 5, notPriced: 1, costUsd: null },
    {
      ...NONE,
      day: "2026-11-28",
      model: "costly",
      calls: 2,
      prompt: 1,
      costUsd: null,
      notPriced: 2,
    },
  ];
  assert.deepEqual(sumsOf(lines, "model"), [
    { ...NONE, model: "costly", calls: 3, prompt: 1, costUsd: 2, notPriced: 2 },
    { ...NONE, model: "unpriced", calls: 1, prompt: 5, notPriced: 1, costUsd: null },
    { ...NONE, model: "free", calls: 9 },
  ]);
});
