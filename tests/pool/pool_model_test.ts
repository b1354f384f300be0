/**
 * The pool against a model of it, over random sequences of events: it never chooses an account that
 * cools, was tried or is gone, and when it says that there is none, there is none.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { FailureKind } from "../../src/pool/cool_downs/failure.ts";
import { GRACE_MS } from "../../src/pool/cool_downs/backoff.ts";
import { session as fingerprintOf } from "../support/session.ts";
import { TestPool } from "../support/test_pool.ts";

const ACCOUNTS = ["a", "b", "c"];

/** What is known of the pool from the events that it was told of. */
class Model {
  readonly pool: TestPool;
  accounts = new Set(ACCOUNTS);
  /** End in ms by `account` and `account/model`. */
  readonly coolUntil = new Map<string, number>();
  /** The keys of those rests that were within the grace from the start. */
  readonly brief = new Set<string>();
  /** Account by conversation; none of them ends in the time of a test. */
  readonly bound = new Map<string, string>();

  constructor(pool: TestPool) {
    this.pool = pool;
  }

  coolingUntil(accountId: string, model: string): number {
    const ends = [accountId, `${accountId}/${model}`].map((key) => this.coolUntil.get(key) ?? 0);
    return Math.max(...ends);
  }

  /** Whether the account rests, as far as the call is concerned, because it is refused. */
  isRefused(accountId: string, model: string): boolean {
    const whole = this.coolUntil.get(accountId) ?? 0;
    return whole > 0 && whole === this.coolingUntil(accountId, model);
  }

  /** Whether a call that has tried the account may try it again after its rest. */
  isBrief(accountId: string, model: string): boolean {
    const untilMs = this.coolingUntil(accountId, model);
    const isWhole = this.coolUntil.get(accountId) === untilMs;
    return this.brief.has(isWhole ? accountId : `${accountId}/${model}`);
  }

  cools(accountId: string, model: string): boolean {
    return this.coolingUntil(accountId, model) > this.pool.clock.now();
  }

  forgetCoolDowns(accountId: string): void {
    for (const key of this.coolUntil.keys()) {
      if (key === accountId || key.startsWith(`${accountId}/`)) this.coolUntil.delete(key);
    }
  }
}

type Command = fc.Command<Model, TestPool>;

/** A call that is over at once. */
class Choose implements Command {
  readonly model: string;
  readonly session: string | undefined;
  readonly tried: ReadonlySet<string>;

  constructor(model: string, session: string | undefined, tried: readonly string[]) {
    this.model = model;
    this.session = session;
    this.tried = new Set(tried);
  }

  check(): boolean {
    return true;
  }

  run(model: Model, pool: TestPool): void {
    const { session, tried } = this;
    const ids = [...model.accounts];
    const able = ids.filter((id) => !tried.has(id) && !model.cools(id, this.model));
    const choice = pool.choose({
      model: this.model,
      tried,
      session: session && fingerprintOf(session),
    });
    if (choice.type === "account") {
      const { accountId } = choice.lease;
      choice.lease[Symbol.dispose]();
      assert.ok(able.includes(accountId), `${accountId} of ${able}`);
      if (session === undefined) return;
      const bound = model.bound.get(session) ?? "";
      if (able.includes(bound)) assert.equal(accountId, bound);
      model.bound.set(session, accountId);
      return;
    }
    assert.deepEqual(able, []);
    const ends = ids.map((id) => model.coolingUntil(id, this.model));
    const nowMs = pool.clock.now();
    const resting = ids.filter((id) => model.cools(id, this.model));
    const waiting = resting.filter((id) => !model.isRefused(id, this.model));
    const mayWait = waiting.filter((id) => !tried.has(id) || model.isBrief(id, this.model))
      .map((id) => model.coolingUntil(id, this.model))
      .filter((end) => end - nowMs <= GRACE_MS);
    assert.equal(choice.type === "wait", mayWait.length > 0);
    if (choice.type === "wait") assert.equal(choice.untilMs, Math.min(...mayWait));
    else if (choice.type === "cooling") {
      const ends = waiting.map((id) => model.coolingUntil(id, this.model));
      assert.equal(choice.untilMs, Math.min(...ends));
      assert.equal(resting.length, ids.length);
    } else if (choice.type === "refused") {
      assert.deepEqual(waiting, []);
      assert.equal(resting.length, ids.length);
    } else {
      assert.equal(choice.type, ids.length === 0 ? "empty" : "tried");
      assert.ok(ids.length === 0 || ends.some((end) => end <= nowMs));
    }
  }

  toString(): string {
    return `choose(${this.model}, ${this.session}, tried ${[...this.tried]})`;
  }
}

interface FailParts {
  readonly model: string;
  readonly session: string | undefined;
  readonly kind: Extract<FailureKind, "quota" | "refused">;
  readonly delayMs: number;
}

/** A call that fails, if there is an account for it. */
class Fail implements Command {
  readonly parts: FailParts;

  constructor(parts: FailParts) {
    this.parts = parts;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, pool: TestPool): void {
    const { session, kind, delayMs } = this.parts;
    const choice = pool.choose({
      model: this.parts.model,
      session: session && fingerprintOf(session),
    });
    if (choice.type !== "account") return;
    const { accountId } = choice.lease;
    pool.pool.failed(choice.lease, { kind, delayMs, reason: "" });
    if (session !== undefined) model.bound.delete(session);
    const key = kind === "refused" ? accountId : `${accountId}/${this.parts.model}`;
    const untilMs = pool.clock.now() + delayMs;
    if (untilMs <= (model.coolUntil.get(key) ?? 0)) return;
    model.coolUntil.set(key, untilMs);
    if (delayMs <= GRACE_MS) model.brief.add(key);
    else model.brief.delete(key);
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

  run(model: Model, pool: TestPool): void {
    pool.set(this.ids, this.changed);
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
    model.pool.clock.advance(this.ms);
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
    model: models,
    session,
    kind: fc.constantFrom("quota", "refused"),
    delayMs: fc.integer({ min: 0, max: 5000 }),
  }).map((parts) => new Fail(parts));
  const commands = fc.commands([
    fc.tuple(models, session, accounts).map((parts) => new Choose(...parts)),
    // Twice, so that all accounts cool often enough.
    failure,
    failure,
    fc.tuple(accounts, accounts).map(([ids, changed]) => new SetAccounts(ids, changed)),
    fc.integer({ min: 0, max: 1500 }).map((ms) => new Advance(ms)),
  ], { maxCommands: 60, size: "max" });
  fc.assert(
    fc.property(commands, (sequence) => {
      fc.modelRun(() => {
        const pool = new TestPool(ACCOUNTS);
        return { model: new Model(pool), real: pool };
      }, sequence);
    }),
    { numRuns: 300 },
  );
});
