/**
 * Random clients and faults for a long time, and what is left of them in the gateway afterwards: its
 * descriptors, calls in flight and memory have to be back where they were.
 *
 * @module
 */
import {
  ACCOUNT_NAMES,
  type GatewayProcess,
  startGatewayProcess,
} from "../chaos/gateway_process.ts";
import { Random } from "../support/random.ts";
import { SOAK_CLIENTS } from "./soak_clients.ts";
import { SOAK_FAULTS } from "./soak_faults.ts";

/** How a soak is run. */
export interface SoakOptions {
  /** How long clients come, in ms. A quarter of it is warm-up. */
  readonly durationMs: number;
  /** How many clients there are at the same time. */
  readonly clients: number;
  /** Tells who does what, and which faults there are; timing does, too. */
  readonly seed: number;
  /** Is told how far it is, in words. */
  readonly onProgress: (line: string) => void;
}

/** What the gateway holds while nobody calls it. */
export interface Level {
  /** Open file descriptors; undefined where the system does not tell. */
  readonly descriptors: number | undefined;
  readonly callsInFlight: number;
  /** Requests that the emulated upstream has not ended. */
  readonly upstreamInFlight: number;
  /** Memory in use once garbage is collected, in bytes. */
  readonly memory: number;
  /** Resident set, in bytes. */
  readonly resident: number;
}

/** What a soak came to. */
export interface SoakResult {
  readonly visits: number;
  /** Visits for which all came that was asked for. */
  readonly served: number;
  /** What the gateway did that it never may, in words. */
  readonly faults: readonly string[];
  /** After the warm-up. */
  readonly before: Level;
  /** At the end. */
  readonly after: Level;
}

/** Connections to upstream rest for a minute; then what is still open has leaked. In ms. */
const REST_MS = 90_000;

/** How often descriptors are looked at while connections rest, in ms. */
const LOOK_MS = 1_000;

/** Connections over which tokens come may stay. */
const TOKEN_CONNECTIONS = 4;

/** Descriptors that may be open more than before: connections of clients that rest, for one. */
const DESCRIPTOR_SLACK = 16;

/** Memory that may be in use more than before, in bytes: conversations that are remembered, code. */
const MEMORY_SLACK = 24 * 1024 * 1024;

/** How many faults are told in words. */
const MOST_FAULTS = 20;

/** Share of the visits before which a fault is scripted. */
const FAULT_SHARE = 0.2;

/** Runs a soak. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { durationMs, onProgress } = options;
  await using place = await startGatewayProcess();
  const crowd = new Crowd(place, options);
  onProgress(`Warm-up of ${seconds(durationMs / 4)} s`);
  await crowd.come(durationMs / 4);
  const before = await levelAtRest(place);
  onProgress(`Before: ${levelText(before)}`);
  await crowd.come(durationMs * 3 / 4);
  const after = await levelAtRest(place);
  onProgress(`After: ${levelText(after)}`);
  const { visits, served, faults } = crowd;
  return { visits, served, faults, before, after };
}

/** What is not back where it was, in words; none when all is well. */
export function leftovers({ before, after, faults }: SoakResult): readonly string[] {
  const found = [...faults];
  if (after.callsInFlight > 0) found.push(`${after.callsInFlight} calls are still in flight`);
  if (after.upstreamInFlight > 0) {
    found.push(`${after.upstreamInFlight} upstream requests are still in flight`);
  }
  const { descriptors: few = 0 } = before;
  const { descriptors: many = 0 } = after;
  if (many > few + DESCRIPTOR_SLACK) found.push(`${few} descriptors before, ${many} after`);
  if (after.memory > before.memory + MEMORY_SLACK) {
    found.push(`${mebibytes(before.memory)} MiB in use before, ${mebibytes(after.memory)} after`);
  }
  return found;
}

/** The clients, as many at the same time as were asked for. */
class Crowd {
  readonly #place: GatewayProcess;
  readonly #options: SoakOptions;
  readonly #random: Random;
  visits = 0;
  served = 0;
  readonly faults: string[] = [];

  constructor(place: GatewayProcess, options: SoakOptions) {
    this.#place = place;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async come(durationMs: number): Promise<void> {
    const endMs = performance.now() + durationMs;
    const { clients, onProgress } = this.#options;
    const progress = setInterval(() => {
      const leftMs = Math.max(0, endMs - performance.now());
      onProgress(`${this.visits} visits, ${this.served} served; ${seconds(leftMs)} s to go`);
    }, 30_000);
    try {
      await Promise.all(Array.from({ length: clients }, () => this.#visitUntil(endMs)));
    } finally {
      clearInterval(progress);
    }
  }

  async #visitUntil(endMs: number): Promise<void> {
    while (performance.now() < endMs && this.faults.length < MOST_FAULTS) await this.#visit();
  }

  async #visit(): Promise<void> {
    const random = this.#random;
    const serial = this.visits++;
    if (random.chance(FAULT_SHARE)) {
      const name = ACCOUNT_NAMES[random.between(0, ACCOUNT_NAMES.length - 1)];
      const fault = SOAK_FAULTS[random.between(0, SOAK_FAULTS.length - 1)];
      if (name !== undefined && fault !== undefined) this.#place.emulator.script(name, [fault]);
    }
    const [name, { visit }] = pick(random);
    try {
      if (await visit({ url: this.#place.url, random, serial })) this.served += 1;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.faults.push(`${name}, visit ${serial}: ${words}`);
    }
  }
}

function pick(random: Random): readonly [string, (typeof SOAK_CLIENTS)[string] & object] {
  const entries = Object.entries(SOAK_CLIENTS);
  let at = random.next() * entries.reduce((sum, [, { share }]) => sum + share, 0);
  for (const entry of entries) {
    at -= entry[1].share;
    if (at < 0) return entry;
  }
  throw new Error("There are no clients");
}

/** Waits until connections that rest are gone, or have been waited for long enough. */
async function levelAtRest(place: GatewayProcess): Promise<Level> {
  const { emulator } = place;
  emulator.clear();
  emulator.release();
  const endMs = performance.now() + REST_MS;
  while (performance.now() < endMs && !isAtRest(emulator)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return await levelOf(place);
}

function isAtRest({ inFlight, connections }: GatewayProcess["emulator"]): boolean {
  return inFlight === 0 && connections <= TOKEN_CONNECTIONS;
}

async function levelOf(place: GatewayProcess): Promise<Level> {
  const calls = await place.callsInFlight();
  const { heapUsed, external, rss } = await place.memory();
  return {
    descriptors: descriptorsOf(place.pid),
    callsInFlight: calls.reduce((sum, count) => sum + count, 0),
    upstreamInFlight: place.emulator.inFlight,
    memory: heapUsed + external,
    resident: rss,
  };
}

function descriptorsOf(pid: number): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

function levelText({ descriptors, callsInFlight, memory, resident }: Level): string {
  return `${descriptors ?? "?"} descriptors, ${callsInFlight} calls in flight, ` +
    `${mebibytes(memory)} MiB in use, ${mebibytes(resident)} MiB resident`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
