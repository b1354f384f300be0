/** The orders in which a request and its hedge can end, each by itself. @module */
import assert from "node:assert/strict";
import type { HttpResponse } from "../../../../src/upstream/wire/connections.ts";
import {
  HedgedRequest,
  type HedgeOutcome,
} from "../../../../src/upstream/wire/hedging/hedged_request.ts";
import { SilenceWatch } from "../../../../src/upstream/wire/hedging/silence_watch.ts";

/** How long the first may be silent here, in ms. */
const WAIT_MS = 1000;

class Dead extends Error {}

/** A hedged request whose two copies end when the test says so; no timer runs. */
function startHedged(mayStart = true) {
  const first = Promise.withResolvers<HttpResponse>();
  const anew: { readonly signal: AbortSignal; readonly response: typeof first }[] = [];
  const cancelled: string[] = [];
  const outcomes: HedgeOutcome[] = [];
  const waiting = new Set<unknown>();
  const client = new AbortController();
  let asked = 0;
  let givenUp = 0;
  const watch = new SilenceWatch();
  watch.add = (hedged) => void waiting.add(hedged);
  watch.delete = (hedged) => void waiting.delete(hedged);
  const hedged = new HedgedRequest({
    watch,
    mayStart: () => (asked++, mayStart),
    isDead: (error) => error instanceof Dead,
  }, {
    leastWaitMs: WAIT_MS,
    signal: client.signal,
    waitMs: () => 2 * WAIT_MS,
    sendFirst: () => first.promise,
    giveUpFirst: () => void givenUp++,
    sendOnNew(signal) {
      const response = Promise.withResolvers<HttpResponse>();
      anew.push({ signal, response });
      return response.promise;
    },
    onOutcome: (outcome) =>
      void outcomes.push({ ...outcome, silentMs: Math.round(outcome.silentMs) }),
  });
  const startedMs = hedged.dueMs - WAIT_MS;
  return {
    hedged,
    startedMs,
    running: hedged.run(),
    first,
    anew,
    cancelled,
    outcomes,
    waiting,
    client,
    get asked() {
      return asked;
    },
    get givenUp() {
      return givenUp;
    },
    /** Lets the first be silent for too long. */
    startHedge() {
      hedged.onDue(startedMs + 3 * WAIT_MS);
      const [hedge] = anew;
      assert.ok(hedge !== undefined);
      return hedge;
    },
    response: (name: string): HttpResponse => ({
      status: 200,
      headers: [["name", name]],
      isFramed: true,
      header: () => name,
      read: () => Promise.resolve(undefined),
      cancel: () => Promise.resolve(void cancelled.push(name)),
    }),
  };
}

const nameOf = (response: HttpResponse) => response.header("name");

/** Until everything that is settled has been acted upon. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("HedgedRequest starts a hedge when its time is over by then, and looks no more", async () => {
  const at = startHedged();
  assert.ok(at.startedMs <= performance.now() && at.hedged.dueMs > performance.now());
  assert.equal(at.waiting.size, 1);
  at.hedged.onDue(at.startedMs + WAIT_MS);
  assert.equal(at.anew.length, 0);
  assert.equal(Math.round(at.hedged.dueMs - at.startedMs), 2 * WAIT_MS);
  assert.equal(at.waiting.size, 1);
  at.startHedge();
  assert.equal(at.waiting.size, 0);
  at.first.resolve(at.response("first"));
  await at.running;
});

Deno.test("HedgedRequest looks no more where the first is answered or fails, and logs nothing", async () => {
  const answered = startHedged();
  answered.first.resolve(answered.response("first"));
  assert.equal(nameOf(await answered.running), "first");
  const failed = startHedged();
  failed.first.reject(new Error("broken"));
  await assert.rejects(failed.running, /broken/);
  for (const at of [answered, failed]) {
    assert.deepEqual([at.waiting.size, at.anew.length, at.outcomes.length], [0, 0, 0]);
  }
});

Deno.test("HedgedRequest sends again, with the call's own signal, where the first is dead", async () => {
  const at = startHedged();
  at.first.reject(new Dead());
  await settled();
  assert.equal(at.anew[0]?.signal, at.client.signal);
  at.anew[0]?.response.resolve(at.response("anew"));
  assert.equal(nameOf(await at.running), "anew");
  assert.deepEqual(at.outcomes, []);
});

Deno.test("HedgedRequest starts no hedge for a call that is over, or where none may start", async () => {
  for (const isOver of [true, false]) {
    const at = startHedged(isOver);
    if (isOver) at.client.abort();
    at.hedged.onDue(at.startedMs + 3 * WAIT_MS);
    assert.deepEqual([at.anew.length, at.asked, at.waiting.size], [0, isOver ? 0 : 1, 0]);
    at.first.resolve(at.response("first"));
    assert.equal(nameOf(await at.running), "first");
  }
});

Deno.test("HedgedRequest takes the first where it begins before its hedge, whose response is given up", async () => {
  const at = startHedged();
  const hedge = at.startHedge();
  at.first.resolve(at.response("first"));
  assert.equal(nameOf(await at.running), "first");
  assert.equal(hedge.signal.aborted, true);
  assert.equal(at.client.signal.aborted, false);
  // Its response may be under way.
  hedge.response.resolve(at.response("hedge"));
  await settled();
  assert.deepEqual(at.outcomes, [{ winner: "first", silentMs: 3 * WAIT_MS }]);
  assert.deepEqual([at.cancelled, at.givenUp], [["hedge"], 0]);
});

Deno.test("HedgedRequest takes the hedge where it begins first, and gives the first up", async () => {
  for (const isAnswered of [true, false]) {
    const at = startHedged();
    const hedge = at.startHedge();
    hedge.response.resolve(at.response("hedge"));
    await settled();
    assert.equal(at.givenUp, 1);
    // What was given up may have begun all the same.
    if (isAnswered) at.first.resolve(at.response("first"));
    else at.first.reject(new Error("given up"));
    assert.equal(nameOf(await at.running), "hedge");
    assert.deepEqual(at.cancelled, isAnswered ? ["first"] : []);
    assert.equal(hedge.signal.aborted, false);
    assert.deepEqual(at.outcomes, [{ winner: "hedge", silentMs: 3 * WAIT_MS }]);
  }
});

Deno.test("HedgedRequest waits for the hedge where the first fails beside it, dead or not", async () => {
  for (const error of [new Dead(), new Error("broken")]) {
    const at = startHedged();
    const hedge = at.startHedge();
    at.first.reject(error);
    await settled();
    assert.equal(at.anew.length, 1);
    hedge.response.resolve(at.response("hedge"));
    assert.equal(nameOf(await at.running), "hedge");
    assert.deepEqual(at.cancelled, []);
  }
});

Deno.test("HedgedRequest leaves the first its time where the hedge fails, and logs no outcome", async () => {
  const at = startHedged();
  const hedge = at.startHedge();
  hedge.response.reject(new Error("hedge broken"));
  await settled();
  at.first.resolve(at.response("first"));
  assert.equal(nameOf(await at.running), "first");
  assert.deepEqual([at.outcomes, at.givenUp], [[], 0]);
});

Deno.test("HedgedRequest fails as the hedge did where both fail, and sends no third", async () => {
  const at = startHedged();
  const hedge = at.startHedge();
  hedge.response.reject(new Error("hedge broken"));
  await settled();
  at.first.reject(new Dead());
  await assert.rejects(at.running, /hedge broken/);
  assert.deepEqual([at.anew.length, at.outcomes.length], [1, 0]);
});

Deno.test("HedgedRequest ends its hedge with the call", async () => {
  const at = startHedged();
  const hedge = at.startHedge();
  at.client.abort();
  assert.equal(hedge.signal.aborted, true);
  at.first.resolve(at.response("first"));
  await at.running;
});
