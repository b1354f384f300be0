/**
 * How long the pool takes to choose an account, by the numbers of accounts and remembered conversations.
 *
 * @module
 */
import { hash } from "node:crypto";
import { Affinity } from "../../src/pool/sessions/affinity.ts";
import { Pool } from "../../src/pool/pool.ts";

/** Sizes of a pool: accounts and remembered conversations. */
const SIZES: readonly (readonly [accounts: number, conversations: number])[] = [
  [1, 1000],
  [10, 10_000],
  [100, 100_000],
  [1000, 1_000_000],
  [10_000, 1_000_000],
];

const REQUEST = {
  capability: { method: "generateContent", model: "gemini-2.5-flash" },
  cooldownKey: "gemini-2.5-flash",
  tried: new Set<string>(),
  patienceUntilMs: 0,
} as const;

/** Choices measured at each size. */
const CHOICES = 100_000;

/** What was measured at one size. Times are in µs, of a choice and of the bookkeeping after it. */
export interface PoolFigures {
  readonly accounts: number;
  readonly conversations: number;
  /** A further turn of a conversation. */
  readonly known: number;
  /** The first turn of a conversation, which evicts the oldest one. */
  readonly fresh: number;
  /** The same while nine of ten accounts have a cool-down for the model. */
  readonly cooling: number;
  /** Bytes for each remembered conversation. */
  readonly bytes: number;
}

/** Measures every size. */
export function measurePool(): PoolFigures[] {
  // The first round warms up the compiler.
  measureSize(100, 10_000);
  return SIZES.map(([accounts, conversations]) => measureSize(accounts, conversations));
}

function measureSize(accounts: number, conversations: number): PoolFigures {
  const clock = { now: () => Date.now() };
  const affinity = new Affinity({
    clock,
    ttlMs: 86_400_000,
    capacity: conversations,
    sink: { bind() {}, unbind() {} },
  });
  const pool = new Pool({
    clock,
    affinity,
    coolDownSink: { cool() {}, heal() {} },
    strategy: "balance",
    maxWaiting: 100,
  });
  pool.setAccounts(Array.from({ length: accounts }, (_, nth) => ({
    id: crypto.randomUUID(),
    priority: nth % 3,
    weight: 1 + nth % 5,
    maxConcurrent: 8,
  })));
  const sessions = Array.from({ length: CHOICES }, (_, nth) => fingerprintOf(`known ${nth}`));
  for (let nth = 0; nth < conversations - CHOICES; nth++) {
    affinity.bind(fingerprintOf(`filler ${nth}`), "filler");
  }
  const choose = (session: string) => response(pool, session);
  sessions.slice(-conversations).forEach(choose);
  const bytes = affinity.bytes / affinity.size;
  const known = microsecondsEach(sessions.slice(-conversations), choose);
  const fresh = microsecondsEach(sessions.map((_, nth) => fingerprintOf(`new ${nth}`)), choose);
  coolMost(pool, accounts);
  const cooling = microsecondsEach(sessions.map((_, nth) => fingerprintOf(`more ${nth}`)), choose);
  return { accounts, conversations, known, fresh, cooling, bytes };
}

/** A call that gets a response. */
function response(pool: Pool, session: string): void {
  const choice = pool.choose({ ...REQUEST, session });
  if (choice.type !== "account") throw new Error(`The pool says "${choice.type}"`);
  pool.succeeded(choice.lease);
  choice.lease[Symbol.dispose]();
}

function coolMost(pool: Pool, accounts: number): void {
  for (let left = Math.floor(accounts * 0.9); left > 0; left--) {
    const choice = pool.choose(REQUEST);
    if (choice.type !== "account") throw new Error(`The pool says "${choice.type}"`);
    pool.failed(choice.lease, { kind: "quota", delayMs: 3_600_000, reason: "Spent" });
  }
}

function microsecondsEach(sessions: readonly string[], call: (session: string) => void): number {
  const start = performance.now();
  sessions.forEach(call);
  return (performance.now() - start) * 1000 / sessions.length;
}

function fingerprintOf(name: string): string {
  return hash("sha256", name, "hex");
}
