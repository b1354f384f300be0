/** The orders in which a request and its rival can end, each by itself. @module */
import assert from "node:assert/strict";
import type { HttpResponse } from "../../../src/upstream/wire/connections.ts";
import { type RaceOutcome, RivalRace } from "../../../src/upstream/wire/rival_race.ts";
import { SilenceWatch } from "../../../src/upstream/wire/silence_watch.ts";

/** How long the first may be silent here, in ms. */
const WAIT_MS = 1000;

class Dead extends Error {}

/** A race whose two requests end when the test says so; no timer runs. */
function startRace(mayStart = true) {
  const first = Promise.withResolvers<HttpResponse>();
  const anew: { readonly signal: AbortSignal; readonly response: typeof first }[] = [];
  const cancelled: string[] = [];
  const outcomes: RaceOutcome[] = [];
  const waiting = new Set<unknown>();
  const client = new AbortController();
  let asked = 0;
  let givenUp = 0;
  const watch = new SilenceWatch();
  watch.add = (race) => void waiting.add(race);
  watch.delete = (race) => void waiting.delete(race);
  const race = new RivalRace({
    watch,
    mayStart: () => (asked++, mayStart),
    isDead: (error) => error instanceof Dead,
  }, {
    leastWaitMs: WAIT_MS,
    signal: client.signal,
    waitMs: () => 2 * WAIT_MS,
    sendFirst: () => first.promise,
    giveUpFirst: () => void givenUp++,
    sendAnew(signal) {
      const response = Promise.withResolvers<HttpResponse>();
      anew.push({ signal, response });
      return response.promise;
    },
    onOutcome: (outcome) =>
      void outcomes.push({ ...outcome, silentMs: Math.round(outcome.silentMs) }),
  });
  const startedMs = race.dueMs - WAIT_MS;
  return {
    race,
    startedMs,
    running: race.run(),
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
    startRival() {
      race.onDue(startedMs + 3 * WAIT_MS);
      const [rival] = anew;
      assert.ok(rival !== undefined);
      return rival;
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

Deno.test("RivalRace starts a rival when its time is over by then, and looks no more", async () => {
  const at = startRace();
  assert.ok(at.startedMs <= performance.now() && at.race.dueMs > performance.now());
  assert.equal(at.waiting.size, 1);
  at.race.onDue(at.startedMs + WAIT_MS);
  assert.equal(at.anew.length, 0);
  assert.equal(Math.round(at.race.dueMs - at.startedMs), 2 * WAIT_MS);
  assert.equal(at.waiting.size, 1);
  at.startRival();
  assert.equal(at.waiting.size, 0);
  at.first.resolve(at.response("first"));
  await at.running;
});

Deno.test("RivalRace looks no more where the first is answered or fails, and logs nothing", async () => {
  const answered = startRace();
  answered.first.resolve(answered.response("first"));
  assert.equal(nameOf(await answered.running), "first");
  const failed = startRace();
  failed.first.reject(new Error("broken"));
  await assert.rejects(failed.running, /broken/);
  for (const at of [answered, failed]) {
    assert.deepEqual([at.waiting.size, at.anew.length, at.outcomes.length], [0, 0, 0]);
  }
});

Deno.test("RivalRace sends anew, with the call's own signal, where the first is dead", async () => {
  const at = startRace();
  at.first.reject(new Dead());
  await settled();
  assert.equal(at.anew[0]?.signal, at.client.signal);
  at.anew[0]?.response.resolve(at.response("anew"));
  assert.equal(nameOf(await at.running), "anew");
  assert.deepEqual(at.outcomes, []);
});

Deno.test("RivalRace starts no rival for a call that is over, or where none may start", async () => {
  for (const isOver of [true, false]) {
    const at = startRace(isOver);
    if (isOver) at.client.abort();
    at.race.onDue(at.startedMs + 3 * WAIT_MS);
    assert.deepEqual([at.anew.length, at.asked, at.waiting.size], [0, isOver ? 0 : 1, 0]);
    at.first.resolve(at.response("first"));
    assert.equal(nameOf(await at.running), "first");
  }
});

Deno.test("RivalRace takes the first where it begins before its rival, whose response is given up", async () => {
  const at = startRace();
  const rival = at.startRival();
  at.first.resolve(at.response("first"));
  assert.equal(nameOf(await at.running), "first");
  assert.equal(rival.signal.aborted, true);
  assert.equal(at.client.signal.aborted, false);
  // Its response may be under way.
  rival.response.resolve(at.response("rival"));
  await settled();
  assert.deepEqual(at.outcomes, [{ winner: "first", silentMs: 3 * WAIT_MS }]);
  assert.deepEqual([at.cancelled, at.givenUp], [["rival"], 0]);
});

Deno.test("RivalRace takes the rival where it begins first, and gives the first up", async () => {
  for (const isAnswered of [true, false]) {
    const at = startRace();
    const rival = at.startRival();
    rival.response.resolve(at.response("rival"));
    await settled();
    assert.equal(at.givenUp, 1);
    // What was given up may have begun all the same.
    if (isAnswered) at.first.resolve(at.response("first"));
    else at.first.reject(new Error("given up"));
    assert.equal(nameOf(await at.running), "rival");
    assert.deepEqual(at.cancelled, isAnswered ? ["first"] : []);
    assert.equal(rival.signal.aborted, false);
    assert.deepEqual(at.outcomes, [{ winner: "rival", silentMs: 3 * WAIT_MS }]);
  }
});

Deno.test("RivalRace waits for the rival where the first fails beside it, dead or not", async () => {
  for (const error of [new Dead(), new Error("broken")]) {
    const at = startRace();
    const rival = at.startRival();
    at.first.reject(error);
    await settled();
    assert.equal(at.anew.length, 1);
    rival.response.resolve(at.response("rival"));
    assert.equal(nameOf(await at.running), "rival");
    assert.deepEqual(at.cancelled, []);
  }
});

Deno.test("RivalRace leaves the first its time where the rival fails, and logs no outcome", async () => {
  const at = startRace();
  const rival = at.startRival();
  rival.response.reject(new Error("rival broken"));
  await settled();
  at.first.resolve(at.response("first"));
  assert.equal(nameOf(await at.running), "first");
  assert.deepEqual([at.outcomes, at.givenUp], [[], 0]);
});

Deno.test("RivalRace fails as the rival did where both fail, and sends no third", async () => {
  const at = startRace();
  const rival = at.startRival();
  rival.response.reject(new Error("rival broken"));
  await settled();
  at.first.reject(new Dead());
  await assert.rejects(at.running, /rival broken/);
  assert.deepEqual([at.anew.length, at.outcomes.length], [1, 0]);
});

Deno.test("RivalRace ends its rival with the call", async () => {
  const at = startRace();
  const rival = at.startRival();
  at.client.abort();
  assert.equal(rival.signal.aborted, true);
  at.first.resolve(at.response("first"));
  await at.running;
});
