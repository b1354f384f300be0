/** When accounts are asked for their quotas, in virtual time. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import { Quotas } from "../../../src/pool/quota/quotas.ts";
import type { QuotaStatement } from "../../../src/pool/quota/quota_statement.ts";
import { newCallRecord } from "../../../src/server/call/call_record.ts";
import type { Member } from "../../../src/server/dispatch/roster.ts";
import { QuotaRefresher } from "../../../src/server/quota/quota_refresher.ts";
import { seededRandom } from "../../support/seeded_random.ts";
import { VirtualTime } from "../../support/virtual_time.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Accounts that state one quota. */
class Place {
  readonly time = new VirtualTime();
  readonly quotas = new Quotas({ clock: this.time, sink: { put() {}, delete() {} } });
  readonly refresher = new QuotaRefresher({
    quotas: this.quotas,
    clock: this.time,
    timer: this.time,
    random: seededRandom(20261129),
  });
  readonly asked: { readonly id: string; readonly atMs: number }[] = [];
  /** How many are being asked at the same time, at most. */
  most = 0;
  #now = 0;
  fails = false;

  set(ids: readonly string[], changed: readonly string[] = []): void {
    this.refresher.setMembers(ids.map((id) => this.#member(id)), new Set(changed));
  }

  /** A call of the account ends. */
  call(id: string, model = "m"): void {
    this.refresher.end({
      ...newCallRecord(this.time.now()),
      method: "generateContent",
      model,
      account: `name of ${id}`,
      status: 200,
      usage: { prompt: 5, cached: 0, tool: 0, candidates: 1, thoughts: 0, total: 6 },
    });
  }

  /** The times between two requests for an account, in ms. */
  gaps(id: string): readonly number[] {
    const times = this.asked.filter((one) => one.id === id).map(({ atMs }) => atMs);
    return times.slice(1).map((atMs, nth) => atMs - (times[nth] ?? 0));
  }

  async #state(id: string, signal: AbortSignal): Promise<readonly QuotaStatement[]> {
    this.asked.push({ id, atMs: this.time.now() });
    this.most = Math.max(this.most, ++this.#now);
    await this.time.sleep(100);
    this.#now--;
    signal.throwIfAborted();
    if (this.fails) throw new Error("No quotas today");
    const resetsAtMs = this.time.now() + HOUR_MS;
    return [{ model: "m", window: "5h", unit: "requests", limit: 10, leftFraction: 1, resetsAtMs }];
  }

  #member(id: string): Member {
    return {
      account: {
        id,
        name: `name of ${id}`,
        kind: "code-assist",
        enabled: true,
        baseUrls: ["only"],
        createdAt: "",
        credential: { type: "api_key", key: new Secret("planted-key") },
      },
      upstream: {
        kind: "code-assist",
        serves: () => true,
        call: () => Promise.reject(new Error("Not in use")),
        list: () => Promise.reject(new Error("Not in use")),
        quotas: (signal) => this.#state(id, signal),
        close() {},
      },
    };
  }
}

Deno.test("An account is asked soon after its first call and every ten minutes while it is in use, and others never", async () => {
  const place = new Place();
  place.set(["busy", "idle", "once"]);
  await place.time.pass(HOUR_MS);
  assert.deepEqual(place.asked, []);
  place.call("once");
  place.call("busy");
  assert.deepEqual(place.asked, [], "A call waits for no quota");
  await place.time.pass(31 * SECOND_MS);
  assert.deepEqual(place.asked.map(({ id }) => id).sort(), ["busy", "once"]);
  for (let nth = 0; nth < 6 * 60; nth++) {
    place.call("busy");
    await place.time.pass(10 * SECOND_MS);
  }
  const gaps = place.gaps("busy");
  assert.ok(gaps.length >= 5 && gaps.length <= 8, `${gaps.length}`);
  // Ten minutes less a random part, and some seconds after a call.
  for (const gap of gaps) assert.ok(gap >= 8 * MINUTE_MS && gap <= 11 * MINUTE_MS, `${gap}`);
  assert.ok(new Set(gaps).size > 1);
  assert.equal(place.gaps("once").length, 0);
  await place.time.pass(24 * HOUR_MS);
  assert.ok(place.gaps("busy").length <= gaps.length + 1, "It is not in use any more");
  await place.refresher.close();
});

Deno.test("1,000 accounts that come into use at once are not asked at once, and eight at a time at most", async () => {
  const place = new Place();
  const ids = Array.from({ length: 1000 }, (_, nth) => `a${nth}`);
  place.set(ids);
  for (const id of ids) place.call(id);
  await place.time.pass(5 * MINUTE_MS);
  assert.equal(new Set(place.asked.map(({ id }) => id)).size, 1000);
  assert.ok(place.most <= 8, `${place.most}`);
  const perSecond = Map.groupBy(place.asked, ({ atMs }) => Math.floor(atMs / SECOND_MS));
  assert.ok(perSecond.size >= 20, `asked in ${perSecond.size} seconds`);
  await place.refresher.close();
});

Deno.test("An account that states no quotas is asked less and less, up to every four hours", async () => {
  const place = new Place();
  place.fails = true;
  place.set(["a"]);
  for (let nth = 0; nth < 24 * 60; nth++) {
    place.call("a");
    await place.time.pass(MINUTE_MS);
  }
  const gaps = place.gaps("a");
  // 20, 40, 80 and 160 minutes, then four hours; each less a random part.
  assert.ok(gaps.length >= 6 && gaps.length <= 10, `${gaps}`);
  assert.ok(gaps.every((gap, nth) => gap > 15 * MINUTE_MS * Math.min(2 ** nth, 12)), `${gaps}`);
  assert.ok(Math.max(...gaps) <= 4 * HOUR_MS + 2 * MINUTE_MS);
  place.fails = false;
  for (let nth = 0; nth < 5 * 60; nth++) {
    place.call("a");
    await place.time.pass(MINUTE_MS);
  }
  assert.ok((place.gaps("a").at(-1) ?? 0) <= 11 * MINUTE_MS, "It is asked as before");
  await place.refresher.close();
});

Deno.test("The quotas of a removed account are forgotten, also what it states while it is removed", async () => {
  const place = new Place();
  place.set(["a", "b"]);
  place.call("a");
  place.call("b");
  await place.time.pass(MINUTE_MS);
  assert.equal(place.quotas.snapshot("a")[0]?.used, 0);
  place.call("a");
  assert.equal(place.quotas.snapshot("a")[0]?.used, 1);
  place.set(["b"]);
  assert.deepEqual(place.quotas.snapshot("a"), []);
  place.call("a");
  assert.deepEqual(place.quotas.snapshot("a"), []);
  // With a new credential it is another account, which is asked anew.
  const before = place.asked.length;
  place.set(["b"], ["b"]);
  assert.deepEqual(place.quotas.snapshot("b"), []);
  place.call("b");
  await place.time.pass(31 * SECOND_MS);
  assert.equal(place.asked.length, before + 1);
  place.call("b");
  await place.refresher.close();
  await place.time.pass(HOUR_MS);
  assert.equal(place.asked.length, before + 1);
});

Deno.test("Own counts hold only successful calls that Google counts", async () => {
  const place = new Place();
  place.set(["a"]);
  place.call("a");
  await place.time.pass(MINUTE_MS);
  const record = {
    ...newCallRecord(0),
    account: "name of a",
    model: "m",
    method: "generateContent",
  };
  place.refresher.end({ ...record, status: 200 });
  for (
    const changes of [
      { status: 429 },
      { status: 200, method: "countTokens" },
      { status: 200, method: "models.list", model: "" },
      { status: 200, account: "" },
      { status: 200, model: "other" },
    ]
  ) {
    place.refresher.end({ ...record, ...changes });
  }
  assert.deepEqual(place.quotas.snapshot("a").map(({ used }) => used), [1]);
  await place.refresher.close();
});
