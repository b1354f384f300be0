/**
 * The pool against a model of it, over random sequences of events: it never chooses an account that
 * cools, was tried or is gone, and when it says that there is none, there is none.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Affinity } from "../../src/pool/affinity.ts";
import { Pool } from "../../src/pool/pool.ts";
import { FakeClock } from "./fake_clock.ts";

const ACCOUNTS = ["a", "b", "c"];
const DEFAULT_MS = 30;
const TTL_MS = 100;

/** What is known of the pool from the events that it was told of. */
class Model {
  readonly clock = new FakeClock();
  accounts = new Set<string>();
  /** End in ms by `account` and `account/model`. */
  readonly coolUntil = new Map<string, number>();
  /** Account and end in ms by conversation. */
  readonly bound = new Map<string, { readonly accountId: string; readonly untilMs: number }>();

  coolingUntil(accountId: string, model: string): number {
    const ends = [accountId, `${accountId}/${model}`].map((key) => this.coolUntil.get(key) ?? 0);
    return Math.max(...ends);
  }

  cools(accountId: string, model: string): boolean {
    return this.coolingUntil(accountId, model) > this.clock.now();
  }

  forgetCoolDowns(accountId: string): void {
    for (const key of this.coolUntil.keys()) {
      if (key === accountId || key.startsWith(`${accountId}/`)) this.coolUntil.delete(key);
    }
  }
}

type Command = fc.Command<Model, Pool>;

/** A call that tries accounts until one is refused to it. */
class Choose implements Command {
  readonly wish: { readonly model: string; readonly session?: string; readonly tried: Set<string> };

  constructor(model: string, session: string | undefined, tried: readonly string[]) {
    this.wish = {
      model,
      ...(session === undefined ? {} : { session }),
      tried: new Set(tried),
    };
  }

  check(): boolean {
    return true;
  }

  run(model: Model, pool: Pool): void {
    const { session, tried } = this.wish;
    const ids = [...model.accounts];
    const able = ids.filter((id) => !tried.has(id) && !model.cools(id, this.wish.model));
    const choice = pool.choose(this.wish);
    if (choice.type === "account") {
      const { accountId } = choice;
      assert.ok(able.includes(accountId), `${accountId} of ${able}`);
      if (session === undefined) return;
      const bound = model.bound.get(session);
      if (bound !== undefined && bound.untilMs > model.clock.now()) {
        if (able.includes(bound.accountId)) assert.equal(accountId, bound.accountId);
      }
      const now = model.clock.now();
      const young = bound?.accountId === accountId && bound.untilMs - now > TTL_MS * 0.9;
      if (!young) model.bound.set(session, { accountId, untilMs: now + TTL_MS });
      return;
    }
    assert.deepEqual(able, []);
    const allCool = ids.every((id) => model.cools(id, this.wish.model));
    assert.equal(choice.type, ids.length === 0 ? "empty" : allCool ? "cooling" : "tried");
    if (choice.type === "cooling") {
      const ends = ids.map((id) => model.coolingUntil(id, this.wish.model));
      assert.equal(choice.untilMs, Math.min(...ends));
    }
  }

  toString(): string {
    const { model, session, tried } = this.wish;
    return `choose(${model}, ${session}, tried ${[...tried]})`;
  }
}

interface FailParts {
  readonly accountId: string;
  readonly model: string;
  readonly session: string | undefined;
  readonly cools: "nothing" | "model" | "account";
  readonly delayMs: number | undefined;
}

class Fail implements Command {
  readonly parts: FailParts;

  constructor(parts: FailParts) {
    this.parts = parts;
  }

  /** Always: an account may be gone by the time its failure is reported. */
  check(): boolean {
    return true;
  }

  run(model: Model, pool: Pool): void {
    const { accountId, session, cools, delayMs } = this.parts;
    pool.failed(accountId, {
      model: this.parts.model,
      ...(session === undefined ? {} : { session }),
      cools,
      delayMs,
      reason: "",
    });
    if (session !== undefined && model.bound.get(session)?.accountId === accountId) {
      model.bound.delete(session);
    }
    if (cools === "nothing") return;
    const key = cools === "account" ? accountId : `${accountId}/${this.parts.model}`;
    const untilMs = model.clock.now() + (delayMs ?? DEFAULT_MS);
    model.coolUntil.set(key, Math.max(untilMs, model.coolUntil.get(key) ?? 0));
  }

  toString(): string {
    return `failed(${JSON.stringify(this.parts)})`;
  }
}

class SetAccounts implements Command {
  readonly ids: readonly string[];
  readonly changed: readonly string[];

  constructor(ids: readonly string[], changed: readonly string[]) {
    this.ids = ids;
    this.changed = changed.filter((id) => ids.includes(id));
  }

  check(): boolean {
    return true;
  }

  run(model: Model, pool: Pool): void {
    pool.setAccounts(this.ids, new Set(this.changed));
    const gone = [...model.accounts].filter((id) => !this.ids.includes(id));
    for (const id of [...gone, ...this.changed]) model.forgetCoolDowns(id);
    model.accounts = new Set(this.ids);
  }

  toString(): string {
    return `setAccounts(${this.ids}; changed ${this.changed})`;
  }
}

class Advance implements Command {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  check(): boolean {
    return true;
  }

  run(model: Model): void {
    model.clock.advance(this.ms);
  }

  toString(): string {
    return `advance(${this.ms})`;
  }
}

Deno.test("choose() never chooses an account that cools, was tried or is gone", () => {
  const accounts = fc.subarray(ACCOUNTS);
  const models = fc.constantFrom("m", "n");
  const session = fc.option(fc.constantFrom("s", "t"), { nil: undefined });
  const failure = fc.record({
    accountId: fc.constantFrom(...ACCOUNTS),
    model: models,
    session,
    cools: fc.constantFrom("nothing", "model", "account"),
    delayMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  }).map((parts) => new Fail(parts));
  const commands = fc.commands([
    fc.tuple(models, session, accounts).map((parts) => new Choose(...parts)),
    // Twice, so that all accounts cool often enough.
    failure,
    failure,
    fc.tuple(accounts, accounts).map(([ids, changed]) => new SetAccounts(ids, changed)),
    fc.integer({ min: 0, max: 30 }).map((ms) => new Advance(ms)),
  ], { maxCommands: 60, size: "max" });
  fc.assert(
    fc.property(commands, (sequence) => {
      fc.modelRun(() => {
        const model = new Model();
        model.accounts = new Set(ACCOUNTS);
        const { clock } = model;
        const sink = { bind() {}, unbind() {} };
        const affinity = new Affinity({ clock, ttlMs: TTL_MS, capacity: 100, sink });
        const pool = new Pool({ clock, affinity, defaultCoolDownMs: DEFAULT_MS });
        pool.setAccounts(ACCOUNTS);
        return { model, real: pool };
      }, sequence);
    }),
    { numRuns: 300 },
  );
});
