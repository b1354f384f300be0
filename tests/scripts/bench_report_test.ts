/**
 * The benchmark's verdicts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Figures, formatReport, judgeTargets } from "../../scripts/bench/report.ts";

function loadOf(
  p50: number,
): { requestsPerSecond: number; p50: number; p99: number; errors: number } {
  return { requestsPerSecond: 1000, p50, p99: 9, errors: 0 };
}

function figuresOf(gateway: {
  ratio: number;
  p50: number;
  peak: number;
  coldStart: number;
}): Figures {
  return {
    executable: true,
    requests: [1, 32].map((connections) => ({
      connections,
      results: { direct: loadOf(0.1), "pass-through": loadOf(0.4), gateway: loadOf(gateway.p50) },
      gatewayToPassThrough: gateway.ratio,
    })),
    memory: [{ after: "requests", resident: { gateway: { now: 60, peak: gateway.peak } } }],
    coldStart: gateway.coldStart,
  };
}

Deno.test("judgeTargets() says reached when every figure is at its bound", () => {
  const targets = judgeTargets(figuresOf({ ratio: 0.8, p50: 0.7, peak: 150, coldStart: 300 }));
  assert.deepEqual(targets.map(({ reached }) => reached), [true, true, true, true]);
});

Deno.test("judgeTargets() says missed when every figure is beyond its bound", () => {
  const targets = judgeTargets(figuresOf({ ratio: 0.79, p50: 0.71, peak: 151, coldStart: 301 }));
  assert.deepEqual(targets.map(({ reached }) => reached), [false, false, false, false]);
});

Deno.test("judgeTargets() judges only what was measured", () => {
  assert.deepEqual(judgeTargets({ executable: false, coldStart: 90 }), []);
});

Deno.test("formatReport() shows a row for each contender that took part", () => {
  const figures = figuresOf({ ratio: 0.9, p50: 0.5, peak: 100, coldStart: 80 });
  const report = formatReport(figures, judgeTargets(figures));
  assert.match(report, /^direct +1000 +1\.00 +0\.100 +0\.000 +9\.000 +0$/m);
  assert.match(report, /^gateway +1000 +1\.00 +0\.500 +0\.400 +9\.000 +0$/m);
  assert.match(report, /^reached +requests\/s at 32 connections.*: 0\.90 \(at least 0\.8\)$/m);
  assert.ok(!report.includes("nginx"));
});

Deno.test("judgeTargets() judges the slowest choice of the largest pool, and formatReport() shows all", () => {
  const small = { accounts: 1, conversations: 9, known: 99, fresh: 99, cooling: 99, bytes: 44 };
  const large = { accounts: 10, conversations: 90, known: 1, fresh: 20, cooling: 2, bytes: 44 };
  const figures = { executable: false, pool: [small, large] };
  const targets = judgeTargets(figures);
  assert.deepEqual(targets.map(({ measured, reached }) => [measured, reached]), [[20, true]]);
  assert.match(formatReport(figures, targets), /^10, 90 +1\.00 +20\.00 +2\.00 +44$/m);
  const slower = judgeTargets({ ...figures, pool: [{ ...large, cooling: 20.1 }] });
  assert.deepEqual(slower.map(({ reached }) => reached), [false]);
});

Deno.test("judgeTargets() judges what keys and usage cost a call, and an idle gateway", () => {
  const keys = {
    ownKey: loadOf(0.5),
    clientKey: { ...loadOf(0.5), requestsPerSecond: 5000 },
    clientKeyToOwn: 0.96,
    usageMicroseconds: 1,
    idle: { withoutKeys: 80, withKeys: 85 },
  };
  const figures = { executable: false, keys };
  const targets = judgeTargets(figures);
  assert.deepEqual(targets.map(({ reached }) => reached), [true, true]);
  // 4 % less, and 5000 calls of 1 µs in a second.
  assert.ok(Math.abs((targets[0]?.measured ?? 0) - 0.045) < 1e-9);
  assert.match(formatReport(figures, targets), /^limited key +5000 +0\.500 +0$/m);
  const dearer = { ...keys, usageMicroseconds: 3, idle: { withoutKeys: 80, withKeys: 85.1 } };
  const missed = judgeTargets({ executable: false, keys: dearer });
  assert.deepEqual(missed.map(({ reached }) => reached), [false, false]);
});

Deno.test("judgeTargets() judges what metrics cost a call", () => {
  const metrics = {
    base: { ...loadOf(0.5), requestsPerSecond: 5000 },
    other: loadOf(0.5),
    ratio: 0.96,
    countingMicroseconds: 1,
    scrapedBytes: 9000,
  };
  const figures = { executable: false, metrics };
  const targets = judgeTargets(figures);
  // 4 % less, and 5000 calls of 1 µs in a second.
  assert.ok(Math.abs((targets[0]?.measured ?? 0) - 0.045) < 1e-9);
  assert.deepEqual(targets.map(({ reached }) => reached), [true]);
  assert.match(formatReport(figures, targets), /^read by nobody +5000 +0\.500 +0$/m);
  const dearer = judgeTargets({ ...figures, metrics: { ...metrics, countingMicroseconds: 3 } });
  assert.deepEqual(dearer.map(({ reached }) => reached), [false]);
});

Deno.test("judgeTargets() judges what translation adds to a call, by the larger of both times", () => {
  const chat = { format: "chat", latencyMs: 0.1, processorMs: 0.3, eventMicroseconds: 4.2 };
  const late = { format: "late", latencyMs: 0.31, processorMs: 0.1, eventMicroseconds: 1 };
  const figures = { executable: false, formats: [chat, late] };
  const targets = judgeTargets(figures);
  assert.deepEqual(targets.map(({ reached }) => reached), [true, false]);
  assert.match(formatReport(figures, targets), /^chat +0\.100 +0\.300 +4\.2$/m);
});
