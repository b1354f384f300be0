/** How long conversations stay bound, which are forgotten, and what is written behind. @module */
import assert from "node:assert/strict";
import { Affinity, type Binding } from "../../../src/pool/sessions/affinity.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { session } from "../../support/session.ts";

const TTL_MS = 1000;

/** Bindings of conversations that the tests call by short names. */
class NamedAffinity {
  readonly #affinity: Affinity;

  constructor(affinity: Affinity) {
    this.#affinity = affinity;
  }

  get size(): number {
    return this.#affinity.size;
  }

  get(name: string): string | undefined {
    return this.#affinity.get(session(name));
  }

  bind(name: string, accountId: string): void {
    this.#affinity.bind(session(name), accountId);
  }

  unbind(name: string, accountId: string): void {
    this.#affinity.unbind(session(name), accountId);
  }

  adopt(name: string, accountId: string | null, expiresAtMs: number): void {
    this.#affinity.adopt({ session: session(name), accountId, expiresAtMs });
  }

  restore(bindings: readonly Binding[]): void {
    this.#affinity.restore(bindings.map((kept) => ({ ...kept, session: session(kept.session) })));
  }
}

interface Bench {
  readonly clock: FakeClock;
  readonly affinity: NamedAffinity;
  /** What the sink was told since this was last called. */
  readonly written: () => string[];
}

function bench(capacity = 100): Bench {
  const clock = new FakeClock();
  const calls: string[] = [];
  const start = clock.now();
  const names = ["s", "t", "old", "young", "new", "first", "second", "third"];
  const nameOf = new Map(names.map((name) => [session(name), name]));
  const affinity = new Affinity({
    clock,
    ttlMs: TTL_MS,
    capacity,
    sink: {
      bind: (session, accountId, expiresAtMs) =>
        calls.push(`bind ${nameOf.get(session)} ${accountId} ${expiresAtMs - start}`),
      unbind: (session) => calls.push(`unbind ${nameOf.get(session)}`),
    },
  });
  return { clock, affinity: new NamedAffinity(affinity), written: () => calls.splice(0) };
}

Deno.test("get() knows no account for a conversation that was never bound", () => {
  assert.equal(bench().affinity.get("s"), undefined);
});

Deno.test("bind() binds until the very ms that the time to live ends", () => {
  const { affinity, clock, written } = bench();
  affinity.bind("s", "a");
  assert.deepEqual(written(), ["bind s a 1000"]);
  assert.equal(affinity.get("s"), "a");
  clock.advance(TTL_MS - 1);
  assert.equal(affinity.get("s"), "a");
  clock.advance(1);
  assert.equal(affinity.get("s"), undefined);
  assert.equal(affinity.size, 0);
});

Deno.test("bind() prolongs a binding that is used", () => {
  const { affinity, clock, written } = bench();
  affinity.bind("s", "a");
  for (let turn = 0; turn < 10; turn++) {
    clock.advance(TTL_MS - 1);
    affinity.bind("s", "a");
    assert.equal(affinity.get("s"), "a", `turn ${turn}`);
  }
  assert.equal(written().length, 11);
});

Deno.test("bind() does not write a binding again that has lost less than a tenth of its life", () => {
  const { affinity, clock, written } = bench();
  affinity.bind("s", "a");
  written();
  clock.advance(TTL_MS * 0.1 - 1);
  affinity.bind("s", "a");
  assert.deepEqual(written(), []);
  clock.advance(1);
  affinity.bind("s", "a");
  assert.deepEqual(written(), ["bind s a 1100"]);
});

Deno.test("bind() writes a conversation's move to another account at once", () => {
  const { affinity, written } = bench();
  affinity.bind("s", "a");
  affinity.bind("s", "b");
  assert.equal(affinity.get("s"), "b");
  assert.equal(affinity.size, 1);
  assert.deepEqual(written(), ["bind s a 1000", "bind s b 1000"]);
});

Deno.test("bind() binds again after a binding has expired", () => {
  const { affinity, clock, written } = bench();
  affinity.bind("s", "a");
  clock.advance(TTL_MS);
  affinity.bind("s", "b");
  assert.equal(affinity.get("s"), "b");
  assert.deepEqual(written(), ["bind s a 1000", "bind s b 2000"]);
});

Deno.test("unbind() gives a binding up, and tells it", () => {
  const { affinity, written } = bench();
  affinity.bind("s", "a");
  written();
  affinity.unbind("s", "a");
  assert.equal(affinity.get("s"), undefined);
  assert.deepEqual(written(), ["unbind s"]);
});

Deno.test("unbind() leaves a conversation alone that is bound to another account, or to none", () => {
  const { affinity, written } = bench();
  affinity.bind("s", "b");
  written();
  affinity.unbind("s", "a");
  affinity.unbind("t", "a");
  assert.equal(affinity.get("s"), "b");
  assert.deepEqual(written(), []);
});

Deno.test("bind() at capacity forgets the conversation that was used longest ago", () => {
  const { affinity, clock } = bench(2);
  affinity.bind("old", "a");
  clock.advance(1);
  affinity.bind("young", "a");
  clock.advance(1);
  affinity.bind("new", "a");
  assert.deepEqual(["old", "young", "new"].map((s) => affinity.get(s)), [undefined, "a", "a"]);
  assert.equal(affinity.size, 2);
});

Deno.test("bind() at capacity keeps a conversation whose last use was too recent to be written", () => {
  const { affinity, clock, written } = bench(2);
  affinity.bind("first", "a");
  clock.advance(1);
  affinity.bind("second", "a");
  clock.advance(1);
  affinity.bind("first", "a");
  assert.equal(written().length, 2);
  affinity.bind("third", "a");
  assert.deepEqual(["first", "second", "third"].map((s) => affinity.get(s)), ["a", undefined, "a"]);
});

Deno.test("restore() takes up bindings with their own ends, and writes nothing", () => {
  const { affinity, clock, written } = bench();
  const now = clock.now();
  affinity.restore([
    { session: "past", accountId: "a", expiresAtMs: now },
    { session: "soon", accountId: "b", expiresAtMs: now + 1 },
    { session: "later", accountId: "c", expiresAtMs: now + TTL_MS },
  ]);
  assert.deepEqual(["past", "soon", "later"].map((s) => affinity.get(s)), [undefined, "b", "c"]);
  clock.advance(1);
  assert.equal(affinity.get("soon"), undefined);
  assert.deepEqual(written(), []);
});

Deno.test("restore() beyond capacity keeps those that were used last, whatever their order", () => {
  const { affinity, clock } = bench(2);
  const kept = [3, 1, 4, 2].map((age) => ({
    session: `s${age}`,
    accountId: "a",
    expiresAtMs: clock.now() + 1_000_000 - age,
  }));
  affinity.restore(kept);
  assert.deepEqual(["s1", "s2", "s3", "s4"].map((s) => affinity.get(s)), [
    "a",
    "a",
    undefined,
    undefined,
  ]);
  affinity.bind("new", "a");
  assert.equal(affinity.get("s1"), "a");
  assert.equal(affinity.get("s2"), undefined);
});

Deno.test("restore() leaves a conversation where it is that has been bound since", () => {
  const { affinity, clock } = bench();
  affinity.bind("s", "b");
  affinity.restore([{ session: "s", accountId: "a", expiresAtMs: clock.now() + 5000 }]);
  assert.equal(affinity.get("s"), "b");
});

Deno.test("restore() takes room from nobody", () => {
  const { affinity, clock } = bench(2);
  affinity.bind("s", "b");
  const expiresAtMs = clock.now() + 5000;
  affinity.restore([
    { session: "old", accountId: "a", expiresAtMs },
    { session: "young", accountId: "a", expiresAtMs: expiresAtMs + 1 },
  ]);
  affinity.restore([{ session: "new", accountId: "a", expiresAtMs: expiresAtMs + 2 }]);
  const kept = ["s", "old", "young", "new"].map((name) => affinity.get(name));
  assert.deepEqual(kept, ["b", undefined, "a", undefined]);
});

Deno.test("bind() lets go of conversations that ended, though there is room", () => {
  const { affinity, clock } = bench();
  for (let nth = 0; nth < 50; nth++) affinity.bind(`old ${nth}`, "a");
  clock.advance(TTL_MS);
  for (let nth = 0; nth < 25; nth++) affinity.bind(`new ${nth}`, "a");
  assert.equal(affinity.size, 25);
});

Deno.test("adopt() takes over what another gateway bound or gave up, and writes nothing", () => {
  const { affinity, clock, written } = bench();
  affinity.bind("s", "a");
  written();
  const expiresAtMs = clock.now() + 2 * TTL_MS;
  affinity.adopt("s", "b", expiresAtMs);
  affinity.adopt("t", "b", expiresAtMs);
  clock.advance(TTL_MS + 1);
  assert.equal(affinity.get("s"), "b");
  assert.equal(affinity.get("t"), "b");
  affinity.adopt("s", null, 0);
  affinity.adopt("new", null, 0);
  assert.equal(affinity.get("s"), undefined);
  assert.equal(affinity.size, 1);
  assert.deepEqual(written(), []);
});
