/** When accounts are asked for their models, in virtual time. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { ListRefresher } from "../../../src/server/catalog/list_refresher.ts";
import { ModelLists } from "../../../src/server/catalog/model_lists.ts";
import type { Member } from "../../../src/server/dispatch/roster.ts";
import type { Model } from "../../../src/gemini/api/model.ts";
import type { Upstream } from "../../../src/upstream/upstream.ts";
import type { Timer } from "../../../src/server/call/pause.ts";
import { seededRandom } from "../../support/seeded_random.ts";
import { VirtualTime } from "../../support/virtual_time.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** One request for a list. */
interface Asked {
  readonly id: string;
  readonly atMs: number;
}

/** Lists one model, `m`, unless a test says otherwise. */
class Place {
  readonly time: VirtualTime;
  readonly lists = new ModelLists();
  readonly asked: Asked[] = [];
  readonly listed: string[] = [];
  /** The account of each request that is over, and whether it failed. */
  readonly outcomes: string[] = [];
  /** How many are being asked, at most. */
  most = 0;
  #now = 0;
  readonly refresher: ListRefresher;
  /** How long each answer takes, in ms. */
  tookMs = 100;
  /** Whether a request that is given up fails; it may be over already. */
  heedsAborts = true;
  /** What an account answers. */
  answer: (id: string) => readonly string[] = () => ["m"];

  constructor(timer: Timer = new VirtualTime()) {
    this.time = timer instanceof VirtualTime ? timer : new VirtualTime();
    this.refresher = new ListRefresher({
      lists: this.lists,
      clock: this.time,
      timer,
      random: seededRandom(20261128),
      onListed: (id) => this.listed.push(id),
      onAsked: (id, error) => this.outcomes.push(error === undefined ? id : `${id} failed`),
    });
  }

  member(id: string): Member {
    const upstream: Upstream = {
      kind: "gemini-api",
      serves: () => true,
      call: () => Promise.reject(new Error("Not in use")),
      list: (_collection, signal) => this.#list(id, signal),
      close() {},
    };
    const account = {
      id,
      name: id,
      kind: "gemini-api" as const,
      enabled: true,
      baseUrls: ["only"],
      createdAt: "",
      credential: { type: "api_key" as const, key: new Secret("planted-key") },
    };
    return { account, upstream };
  }

  set(ids: readonly string[], changed: readonly string[] = []): void {
    this.refresher.setMembers(ids.map((id) => this.member(id)), new Set(changed));
  }

  /** How often an account was asked. */
  count(id: string): number {
    return this.asked.filter((one) => one.id === id).length;
  }

  async #list(id: string, signal: AbortSignal): Promise<readonly Model[]> {
    this.asked.push({ id, atMs: this.time.now() });
    this.most = Math.max(this.most, ++this.#now);
    try {
      const aborted = new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => resolve())
      );
      await Promise.race([this.time.sleep(this.tookMs), aborted]);
      if (this.heedsAborts) signal.throwIfAborted();
      return this.answer(id).map((model) => ({ name: `models/${model}` }));
    } finally {
      this.#now--;
    }
  }
}

function fail(): never {
  throw new RpcError("UNAVAILABLE", "No list today");
}

Deno.test("Without its timer, nothing is asked in the background, however slow the machine is", async () => {
  const place = new Place({ start: () => () => {} });
  place.set(["a", "b"]);
  await place.time.pass(HOUR_MS);
  place.set(["a", "b", "c"], ["b"]);
  await place.time.pass(0);
  assert.deepEqual(place.asked, []);
  const ready = place.refresher.ready();
  await place.time.pass(MINUTE_MS);
  await ready;
  const asked = place.asked.map(({ id }) => id);
  await place.time.pass(HOUR_MS);
  assert.equal(place.asked.length, asked.length);
});

Deno.test("1,000 accounts are asked once an hour each, eight at a time, and not all at once", async () => {
  const place = new Place();
  const ids = Array.from({ length: 1000 }, (_, nth) => `a${nth}`);
  place.set(ids);
  await place.time.pass(MINUTE_MS);
  assert.equal(place.lists.size, 1000);
  assert.equal(place.asked.length, 1000);
  assert.equal(place.most, 8);
  await place.time.pass(6 * HOUR_MS);
  for (const id of ids) assert.ok(place.count(id) >= 7 && place.count(id) <= 8, id);
  assert.equal(place.most, 8);
  const inLastHour = place.asked.filter(({ atMs }) => atMs > place.time.now() - HOUR_MS);
  const perMinute = Map.groupBy(inLastHour, ({ atMs }) => Math.floor(atMs / MINUTE_MS));
  assert.ok(perMinute.size > 10, `asked in ${perMinute.size} minutes of an hour`);
  await place.refresher.close();
});

Deno.test("An account that does not list its models backs off, and keeps what it listed before", async () => {
  const place = new Place();
  place.set(["a", "b"]);
  await place.time.pass(MINUTE_MS);
  place.answer = (id) => id === "a" ? fail() : ["m"];
  await place.time.pass(HOUR_MS);
  await place.time.pass(10 * HOUR_MS);
  const tries = place.asked.filter(({ id }) => id === "a").slice(1);
  const waits = tries.slice(1).map(({ atMs }, nth) => atMs - (tries[nth]?.atMs ?? 0));
  for (const [nth, waitMs] of waits.entries()) {
    const fullMs = Math.min(HOUR_MS, MINUTE_MS * 2 ** nth);
    assert.ok(waitMs > fullMs * 0.89 && waitMs <= fullMs + place.tookMs, `${nth}: ${waitMs} ms`);
  }
  assert.ok(waits.length > 10);
  assert.ok(place.lists.of("a")?.models.has("m"));

  place.answer = () => ["n"];
  await place.time.pass(HOUR_MS);
  assert.ok(place.lists.of("a")?.models.has("n"));
  const before = place.count("a");
  await place.time.pass(HOUR_MS);
  assert.equal(place.count("a"), before + 1);

  place.answer = fail;
  place.asked.length = 0;
  await place.time.pass(2 * HOUR_MS);
  const [first, second] = place.asked.filter(({ id }) => id === "a");
  assert.ok(first !== undefined && second !== undefined);
  assert.ok(second.atMs - first.atMs <= MINUTE_MS + place.tookMs, "the waits begin anew");
  await place.refresher.close();
});

Deno.test("Only a new or changed account is asked when accounts change, within a second", async () => {
  const place = new Place();
  place.set(["a", "b", "c"]);
  await place.time.pass(MINUTE_MS);
  place.asked.length = 0;
  place.set(["a", "b", "c", "d"], ["b", "d"]);
  assert.ok(place.lists.of("b")?.models.has("m"), "an edited account keeps its list");
  await place.time.pass(2 * SECOND_MS);
  assert.deepEqual(place.asked.map(({ id }) => id).sort(), ["b", "d"]);
  place.set(["d"]);
  assert.equal(place.lists.size, 1, "those that are gone are forgotten at once");
  await place.time.pass(2 * HOUR_MS);
  assert.ok(place.asked.slice(2).every(({ id }) => id === "d"));
  await place.refresher.close();
});

for (const heedsAborts of [true, false]) {
  const how = heedsAborts ? "asked" : "answered";
  Deno.test(`What an account lists after it has gone, or changed, is not taken, ${how} before`, async () => {
    const place = new Place();
    place.heedsAborts = heedsAborts;
    place.tookMs = 10 * SECOND_MS;
    place.answer = (id) => id === "a" ? ["old"] : ["m"];
    place.set(["a", "b"]);
    await place.time.pass(2 * SECOND_MS);
    const listed = place.answer;
    place.answer = (id) => place.count("a") > 1 ? ["new"] : listed(id);
    place.set(["a"], ["a"]);
    await place.time.pass(MINUTE_MS);
    assert.equal(place.lists.of("b"), undefined);
    assert.deepEqual([...place.lists.of("a")?.models.keys() ?? []], ["new"]);
    assert.deepEqual(place.listed, ["a"]);
    assert.equal(place.count("a"), 2);
    await place.refresher.close();
  });
}

Deno.test("Only a change of its list is told of", async () => {
  const place = new Place();
  place.set(["a"]);
  await place.time.pass(5 * HOUR_MS);
  assert.deepEqual(place.listed, ["a"]);
  place.answer = () => ["m", "n"];
  await place.time.pass(HOUR_MS);
  assert.deepEqual(place.listed, ["a", "a"]);
  await place.refresher.close();
});

Deno.test("ready() waits for the first lists, of few accounts where they are alike", async () => {
  const place = new Place();
  place.set(Array.from({ length: 100 }, (_, nth) => `a${nth}`));
  const waiting = Array.from({ length: 20 }, () => place.refresher.ready());
  const all = Promise.all(waiting);
  await place.time.pass(0);
  assert.equal(place.most, 8);
  await place.time.pass(2 * place.tookMs);
  await all;
  assert.equal(place.lists.size, 16);
  const asked = place.asked.length;
  await place.refresher.ready();
  assert.ok(place.asked.length - asked <= 8);
  await place.refresher.close();
});

Deno.test("ready() does not wait once one account is known, though the others hang", async () => {
  const place = new Place();
  place.set(["a"]);
  await place.time.pass(MINUTE_MS);
  place.tookMs = Infinity;
  place.set(["a", "b"], ["a"]);
  await place.time.pass(MINUTE_MS);
  await place.refresher.ready();
  assert.deepEqual(place.asked.slice(1).map(({ id }) => id).sort(), ["a", "b"]);
  await place.refresher.close();
});

Deno.test("ready() gives up after ten seconds, and with what is known by then", async () => {
  const place = new Place();
  place.tookMs = Infinity;
  place.set(["a", "b"]);
  const told = assert.rejects(
    place.refresher.ready(),
    (error) => error instanceof RpcError && error.status === "DEADLINE_EXCEEDED",
  );
  await place.time.pass(10 * SECOND_MS);
  await told;
  await place.refresher.close();
});

Deno.test("ready() tells why no account lists its models, and asks again for the next request", async () => {
  const place = new Place();
  place.answer = fail;
  place.set(["a"]);
  for (let nth = 1; nth <= 2; nth++) {
    const told = assert.rejects(place.refresher.ready(), /No list today/);
    await place.time.pass(place.tookMs);
    await told;
    assert.equal(place.count("a"), nth);
  }
  place.answer = () => ["m"];
  const ready = place.refresher.ready();
  await place.time.pass(place.tookMs);
  await ready;
  await place.refresher.close();
});
