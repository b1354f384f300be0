/**
 * The benchmark's report: tables for people, and the targets that were reached or missed.
 *
 * @module
 */
import type { ContenderName } from "./contenders.ts";
import type { FormatFigures } from "./formats.ts";
import type { KeysFigures } from "./keys.ts";
import type { LoadResult } from "./load_tool.ts";
import type { ByContender, RequestFigures, StreamFigures } from "./measure.ts";
import type { ResidentMemory } from "./memory.ts";
import type { MetricsFigures } from "./metrics.ts";
import type { PoolFigures } from "./pool.ts";
import type { TracesFigures } from "./traces.ts";
import { FILE_MIB, type UploadFigures } from "./uploads.ts";

/** All measurements; those that were not run are absent. */
export interface Figures {
  /** The choice of an account alone, from small to large. */
  readonly pool?: readonly PoolFigures[];
  readonly requests?: readonly RequestFigures[];
  readonly streams?: StreamFigures;
  readonly uploads?: UploadFigures;
  /** What translation adds to native calls. */
  readonly formats?: readonly FormatFigures[];
  readonly keys?: KeysFigures;
  readonly metrics?: MetricsFigures;
  readonly traces?: TracesFigures;
  /** After the requests, after the streams that followed, and after the uploads that followed these. */
  readonly memory?: readonly MemoryFigures[];
  /** Median milliseconds from the start of the gateway to its first `/healthz`. */
  readonly coldStart?: number;
  /** Whether the gateway ran as an executable. */
  readonly executable: boolean;
}

/** Resident memory after a load. */
export interface MemoryFigures {
  /** Which load. */
  readonly after: string;
  readonly resident: ByContender<ResidentMemory>;
}

/** A limit that must hold, and the measured value. */
export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly measured: number;
  readonly reached: boolean;
}

/** Compares the figures with their targets; targets without figures are left out. */
export function judgeTargets(figures: Figures): Target[] {
  const targets: Target[] = [];
  const largest = figures.pool?.at(-1);
  if (largest) {
    const { accounts, conversations, known, fresh, cooling } = largest;
    targets.push(atMost(`a choice of ${accounts} accounts with ${conversations} conversations`, {
      measured: Math.max(known, fresh, cooling),
      bound: 20,
      unit: "µs",
    }));
  }
  const at32 = figures.requests?.find(({ connections }) => connections === 32);
  if (at32) {
    targets.push(atLeast("requests/s at 32 connections, of the pass-through's", {
      measured: at32.gatewayToPassThrough,
      bound: 0.8,
      unit: "",
    }));
  }
  const at1 = figures.requests?.find(({ connections }) => connections === 1)?.results;
  if (at1?.gateway && at1["pass-through"]) {
    targets.push(atMost("p50 at 1 connection, over the pass-through's", {
      measured: at1.gateway.p50 - at1["pass-through"].p50,
      bound: 0.3,
      unit: "ms",
    }));
  }
  for (const { after, resident } of figures.memory ?? []) {
    targets.push(atMost(`peak resident memory after ${after}`, {
      measured: resident.gateway?.peak ?? NaN,
      bound: after === "uploads" ? 200 : 150,
      unit: "MiB",
    }));
  }
  for (const { format, latencyMs, processorMs } of figures.formats ?? []) {
    targets.push(atMost(`added to a call by translating ${format}`, {
      measured: Math.max(latencyMs, processorMs),
      bound: 0.3,
      unit: "ms",
    }));
  }
  if (figures.keys) {
    const { idle } = figures.keys;
    targets.push(atMost("share of requests/s that a key's limits and usage cost", {
      measured: costOf(figures.keys),
      bound: 0.05,
      unit: "",
    }));
    targets.push(atMost("idle memory that twenty keys add", {
      measured: idle.withKeys - idle.withoutKeys,
      bound: 5,
      unit: "MiB",
    }));
  }
  if (figures.metrics) {
    const { ratio, countingMicroseconds, base } = figures.metrics;
    targets.push(atMost("share of requests/s that metrics cost", {
      measured: 1 - ratio + countingMicroseconds * base.requestsPerSecond / 1e6,
      bound: 0.05,
      unit: "",
    }));
  }
  if (figures.traces) {
    targets.push(atMost("share of requests/s that traces cost, one in a hundred", {
      measured: 1 - figures.traces.sampled.ratio,
      bound: 0.05,
      unit: "",
    }));
  }
  if (figures.coldStart !== undefined && figures.executable) {
    targets.push(atMost("start of the executable to its first /healthz", {
      measured: figures.coldStart,
      bound: 300,
      unit: "ms",
    }));
  }
  return targets;
}

/** The share of requests/s that the limits of a key cost, and the counting of usage, which is never off. */
function costOf({ clientKey, clientKeyToOwn, usageMicroseconds }: KeysFigures): number {
  return 1 - clientKeyToOwn + usageMicroseconds * clientKey.requestsPerSecond / 1e6;
}

/** Formats the figures and targets as text, with one table for each measurement. */
export function formatReport(figures: Figures, targets: readonly Target[]): string {
  const parts: string[] = [];
  if (figures.pool) {
    parts.push(table("pool: accounts, conversations", {
      head: ["known µs", "new µs", "most cool µs", "bytes each"],
      rows: figures.pool.map((size) => [
        `${size.accounts}, ${size.conversations}`,
        ...[size.known, size.fresh, size.cooling].map((value) => fixed(value, 2)),
        fixed(size.bytes, 0),
      ]),
    }));
  }
  for (const { connections, results } of figures.requests ?? []) {
    parts.push(table(`${connections} connection${connections === 1 ? "" : "s"}`, {
      head: ["requests/s", "of pass-through", "p50 ms", "added ms", "p99 ms", "errors"],
      rows: mapRows(results, (result) => [
        fixed(result.requestsPerSecond, 0),
        fixed(result.requestsPerSecond / (results["pass-through"]?.requestsPerSecond ?? NaN), 2),
        fixed(result.p50, 3),
        fixed(result.p50 - (results.direct?.p50 ?? NaN), 3),
        fixed(result.p99, 3),
        String(result.errors),
      ]),
    }));
  }
  const { streams, uploads, memory } = figures;
  if (streams) {
    parts.push(table("streams", {
      head: ["first event ms", "added ms", "events/s", "of pass-through", "errors"],
      rows: mapRows(streams.firstEvent, (firstEvent, name) => [
        fixed(firstEvent, 2),
        fixed(firstEvent - (streams.firstEvent.direct ?? NaN), 2),
        fixed(streams.eventsPerSecond[name], 0),
        fixed(
          (streams.eventsPerSecond[name] ?? NaN) / (streams.eventsPerSecond["pass-through"] ?? NaN),
          2,
        ),
        String(streams.errors[name] ?? 0),
      ]),
    }));
  }
  if (uploads) {
    parts.push(
      `upload of ${FILE_MIB} MiB through the gateway: ${fixed(uploads.whole, 0)} MiB/s whole, ` +
        `${fixed(uploads.chunks, 0)} MiB/s in chunks`,
    );
  }
  for (const { after, resident } of memory ?? []) {
    parts.push(table(`memory after ${after}`, {
      head: ["MiB now", "MiB at peak"],
      rows: mapRows(resident, ({ now, peak }) => [fixed(now, 0), fixed(peak, 0)]),
    }));
  }
  if (figures.keys) {
    const { ownKey, clientKey, clientKeyToOwn, usageMicroseconds, idle } = figures.keys;
    parts.push(table("keys, 32 connections", {
      head: LOAD_HEAD,
      rows: loadRows({ "auth.api_key": ownKey, "limited key": clientKey }),
    }));
    parts.push(
      `a limited key has ${
        fixed(clientKeyToOwn, 3)
      } of the requests/s with auth.api_key; counting the ` +
        `usage of a call takes ${fixed(usageMicroseconds, 2)} µs`,
    );
    parts.push(
      `idle memory: ${fixed(idle.withoutKeys, 1)} MiB without keys, ` +
        `${fixed(idle.withKeys, 1)} MiB with twenty`,
    );
  }
  if (figures.metrics) {
    const { base, other, ratio, countingMicroseconds, scrapedBytes } = figures.metrics;
    parts.push(table("metrics, 32 connections", {
      head: LOAD_HEAD,
      rows: loadRows({ "read by nobody": base, "read every second": other }),
    }));
    parts.push(
      `read every second, the gateway has ${fixed(ratio, 3)} of the requests/s; counting a call ` +
        `takes ${fixed(countingMicroseconds, 2)} µs, and ${scrapedBytes} bytes are read`,
    );
  }
  if (figures.formats) {
    parts.push(table("added to a native call", {
      head: ["p50 ms", "processor ms", "an event µs"],
      rows: figures.formats.map(({ format, latencyMs, processorMs, eventMicroseconds }) => [
        format,
        fixed(latencyMs, 3),
        fixed(processorMs, 3),
        fixed(eventMicroseconds, 1),
      ]),
    }));
  }
  if (figures.traces) {
    const { all, sampled, bytesPerCall } = figures.traces;
    parts.push(table("traces, 32 connections", {
      head: LOAD_HEAD,
      rows: loadRows({ "off": all.base, "all": all.other, "one in a hundred": sampled.other }),
    }));
    parts.push(
      `with all traces the gateway has ${fixed(all.ratio, 3)} of the requests/s, with one in a ` +
        `hundred ${fixed(sampled.ratio, 3)}; a traced call sends ${fixed(bytesPerCall, 0)} bytes`,
    );
  }
  if (figures.coldStart !== undefined) {
    const what = figures.executable ? "executable" : "source";
    parts.push(`cold start from ${what}: ${fixed(figures.coldStart, 0)} ms to the first /healthz`);
  }
  parts.push(targets.map(formatTarget).join("\n"));
  return parts.join("\n\n");
}

function formatTarget({ name, wanted, measured, reached }: Target): string {
  return `${reached ? "reached" : "MISSED "}  ${name}: ${fixed(measured, 2)} (${wanted})`;
}

interface Bound {
  readonly measured: number;
  readonly bound: number;
  readonly unit: string;
}

function atLeast(name: string, { measured, bound, unit }: Bound): Target {
  return { name, wanted: `at least ${bound} ${unit}`.trim(), measured, reached: measured >= bound };
}

function atMost(name: string, { measured, bound, unit }: Bound): Target {
  return { name, wanted: `at most ${bound} ${unit}`.trim(), measured, reached: measured <= bound };
}

type Row = readonly [name: string, ...cells: string[]];

function mapRows<T>(
  values: ByContender<T>,
  cells: (value: T, name: ContenderName) => string[],
): Row[] {
  const names: readonly ContenderName[] = ["direct", "nginx", "pass-through", "gateway"];
  return names.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, ...cells(value, name)] as const];
  });
}

const LOAD_HEAD = ["requests/s", "p50 ms", "errors"];

function loadRows(loads: Readonly<Record<string, LoadResult>>): Row[] {
  return Object.entries(loads).map(([name, { requestsPerSecond, p50, errors }]) => [
    name,
    fixed(requestsPerSecond, 0),
    fixed(p50, 3),
    String(errors),
  ]);
}

function table(title: string, content: { head: readonly string[]; rows: readonly Row[] }): string {
  const lines: readonly (readonly string[])[] = [[title, ...content.head], ...content.rows];
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines.map((line) =>
    line.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ")
  ).join("\n");
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value) ? "-" : value.toFixed(digits);
}
