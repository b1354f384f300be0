import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import type { Caller } from "../../../src/server/access/caller.ts";
import { NO_CLIENT_KEYS } from "../../../src/server/access/caller.ts";
import {
  StoredExchanges,
  type StoredExchangesOptions,
} from "../../../src/server/formats/exchanges/stored_exchanges.ts";
import { EXCHANGE_PIECES, EXCHANGES } from "../../../src/server/formats/exchanges/exchange_rows.ts";
import { openStore, type Store } from "../../../src/store/open_store.ts";
import { readKept } from "../../support/kept.ts";

const DAY_MS = 24 * 3_600_000;

function callerOf(id: string): Caller {
  return { id, secret: id, isScoped: true, mayLookUp: false, clientKeys: NO_CLIENT_KEYS };
}

const ANNA = callerOf("anna");
const BERT = callerOf("bert");

function idOf(n: number): string {
  return `resp_${String(n).padStart(24, "0")}`;
}

function saying(text: string): JsonObject[] {
  return [{ role: "user", parts: [{ text }] }];
}

function textsOf(contents: readonly JsonObject[] | undefined): unknown {
  return contents?.map(({ parts }) => Array.isArray(parts) ? parts[0].text : undefined);
}

/** Exchanges of a gateway that runs until the end of `work`. */
async function withExchanges<Found>(
  store: Store,
  work: (exchanges: StoredExchanges) => Found | Promise<Found>,
  options: Partial<StoredExchangesOptions> = {},
): Promise<Found> {
  const clock = options.clock ?? Date;
  const onProblem = (what: string, error: unknown) => assert.fail(`${what}: ${error}`);
  const keeper = store.keeper({ clock, onProblem });
  const exchanges = new StoredExchanges(keeper, { clock, onProblem, ...options });
  try {
    return await work(exchanges);
  } finally {
    await exchanges.settled();
    await exchanges.close();
    await keeper.close();
  }
}

/** Keeps a conversation of so many exchanges. */
function keepChain(exchanges: StoredExchanges, count: number): void {
  for (let n = 0; n < count; n++) {
    const previous = n === 0 ? {} : { previous: idOf(n - 1) };
    exchanges.keep(idOf(n), { contents: saying(`turn ${n}`), ...previous, caller: ANNA });
  }
}

Deno.test("A conversation is found again after a restart, by its caller only", async () => {
  await using store = await openStore({ memory: true });
  const turns = Array.from({ length: 40 }, (_, n) => `turn ${n}`);
  await withExchanges(store, (exchanges) => {
    keepChain(exchanges, 40);
    const found = exchanges.contentsUntil(idOf(39), ANNA);
    assert.ok(!(found instanceof Promise), "what is in memory is there at once");
    assert.deepEqual(textsOf(found), turns);
    assert.equal(exchanges.contentsUntil(idOf(39), BERT), undefined);
  });
  await withExchanges(store, async (exchanges) => {
    assert.equal(await exchanges.contentsUntil(idOf(39), BERT), undefined);
    assert.deepEqual(textsOf(await exchanges.contentsUntil(idOf(39), ANNA)), turns);
    assert.deepEqual(textsOf(await exchanges.contentsUntil(idOf(2), ANNA)), turns.slice(0, 3));
    assert.deepEqual(textsOf(await exchanges.contentsOf(idOf(2), ANNA)), ["turn 2"]);
    assert.equal(await exchanges.contentsUntil(idOf(99), ANNA), undefined);
    assert.equal(await exchanges.contentsUntil("../etc", ANNA), undefined);
  });
});

Deno.test("What was said is sealed in the store", async () => {
  await using store = await openStore({ memory: true });
  await withExchanges(store, (exchanges) => keepChain(exchanges, 1));
  const rows = JSON.stringify(await readKept(store, EXCHANGES));
  assert.doesNotMatch(rows, /turn/);
  assert.equal((await readKept(store, EXCHANGE_PIECES)).length, 1);
});

Deno.test("A long exchange is kept in pieces, and one that is too long is not kept", async () => {
  await using store = await openStore({ memory: true });
  const long = "ä".repeat(600_000);
  await withExchanges(store, (exchanges) => {
    exchanges.keep(idOf(1), { contents: saying(long), caller: ANNA });
    exchanges.keep(idOf(2), { contents: saying("x".repeat(16_000_000)), caller: ANNA });
  });
  await withExchanges(store, async (exchanges) => {
    assert.deepEqual(textsOf(await exchanges.contentsUntil(idOf(1), ANNA)), [long]);
    assert.equal(await exchanges.contentsUntil(idOf(2), ANNA), undefined);
  });
});

Deno.test("An exchange is kept for 30 days after its last use", async () => {
  await using store = await openStore({ memory: true });
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  await withExchanges(store, (exchanges) => keepChain(exchanges, 2), { clock });
  clock.nowMs += 20 * DAY_MS;
  await withExchanges(store, async (exchanges) => {
    assert.ok(await exchanges.contentsUntil(idOf(1), ANNA));
  }, { clock });
  clock.nowMs += 20 * DAY_MS;
  await withExchanges(store, async (exchanges) => {
    assert.ok(await exchanges.contentsUntil(idOf(1), ANNA));
  }, { clock });
  clock.nowMs += 31 * DAY_MS;
  await withExchanges(store, async (exchanges) => {
    assert.equal(await exchanges.contentsUntil(idOf(1), ANNA), undefined);
  }, { clock });
});

Deno.test("An exchange in memory whose items are named is kept for 30 days from then on", async () => {
  await using store = await openStore({ memory: true });
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  await withExchanges(store, async (exchanges) => {
    keepChain(exchanges, 1);
    for (let times = 0; times < 2; times++) {
      clock.nowMs += 20 * DAY_MS;
      assert.ok(await exchanges.contentsOf(idOf(0), ANNA));
    }
  }, { clock });
});

Deno.test("The store is bounded, and the least recently used go first", async () => {
  await using store = await openStore({ memory: true });
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  const options = { clock, storeBytes: 200_000, memoryBytes: 50_000 };
  await withExchanges(store, async (exchanges) => {
    for (let n = 0; n < 100; n++) {
      clock.nowMs += 3_600_000;
      exchanges.keep(idOf(n), { contents: saying("x".repeat(10_000)), caller: ANNA });
      await exchanges.settled();
      assert.ok(exchanges.memoryBytes <= 50_000);
    }
  }, options);
  // What waits to be written is counted a little later.
  await withExchanges(store, async (exchanges) => {
    exchanges.keep(idOf(100), { contents: saying("x"), caller: ANNA });
    await exchanges.settled();
  }, options);
  const rows = await readKept(store, EXCHANGES);
  assert.ok(rows.length < 25, `${rows.length} are left`);
  assert.ok(rows.some(({ key: [key] }) => idOf(99).endsWith(key ?? "-")));
  assert.equal((await readKept(store, EXCHANGE_PIECES)).length, rows.length);
});

Deno.test("A conversation that is too long is refused, and one without its beginning is not known", async () => {
  await using store = await openStore({ memory: true });
  await withExchanges(store, async (exchanges) => {
    keepChain(exchanges, 11);
    assert.throws(
      () => exchanges.contentsUntil(idOf(10), ANNA),
      (error) => error instanceof RpcError && /too long to be continued/.test(error.message),
    );
    assert.ok(exchanges.contentsUntil(idOf(9), ANNA));
    assert.equal(await exchanges.delete(idOf(3), BERT), false);
    assert.equal(await exchanges.delete(idOf(3), ANNA), true);
    assert.equal(await exchanges.contentsUntil(idOf(9), ANNA), undefined);
    assert.ok(exchanges.contentsUntil(idOf(2), ANNA));
  }, { mostExchanges: 10 });
});

Deno.test("Memory is taken for what is read, before it is read", async () => {
  await using store = await openStore({ memory: true });
  await withExchanges(store, (exchanges) => keepChain(exchanges, 3));
  await withExchanges(store, async (exchanges) => {
    const tooMuch = () => {
      throw new RangeError("too much");
    };
    await assert.rejects(
      async () => await exchanges.contentsUntil(idOf(2), ANNA, tooMuch),
      RangeError,
    );
    await assert.rejects(
      async () => await exchanges.contentsOf(idOf(1), ANNA, tooMuch),
      RangeError,
    );
    assert.equal(await exchanges.contentsOf(idOf(1), BERT, tooMuch), undefined);
    assert.equal(exchanges.memoryBytes, 0);
    const size = JSON.stringify(saying("turn 0")).length;
    for (const name of ["from the store", "from memory"]) {
      let taken = 0;
      const take = (bytes: number) => {
        taken += bytes;
        return Promise.resolve();
      };
      const contents = await exchanges.contentsUntil(idOf(2), ANNA, take);
      assert.deepEqual(textsOf(contents), ["turn 0", "turn 1", "turn 2"], name);
      assert.equal(taken, 3 * size, name);
      assert.deepEqual(textsOf(await exchanges.contentsOf(idOf(1), ANNA, take)), ["turn 1"], name);
      assert.equal(taken, 4 * size, name);
    }
  });
});

Deno.test("What waits to be written is bounded", async () => {
  await using store = await openStore({ memory: true });
  const problems: string[] = [];
  const options = {
    unwrittenBytes: 1_000_000,
    onProblem: (what: string) => problems.push(what),
  };
  const big = saying("a".repeat(400_000));
  await withExchanges(store, (exchanges) => {
    for (let n = 0; n < 4; n++) exchanges.keep(idOf(n), { contents: big, caller: ANNA });
    exchanges.keep(idOf(4), { contents: saying("small"), caller: ANNA });
    assert.equal(problems.length, 2);
    // It is still in memory.
    assert.ok(exchanges.contentsUntil(idOf(3), ANNA));
  }, options);
  await withExchanges(store, async (exchanges) => {
    const kept = await Promise.all(
      [0, 1, 2, 3, 4].map((n) => exchanges.contentsUntil(idOf(n), ANNA)),
    );
    assert.deepEqual(kept.map((contents) => contents !== undefined), [
      true,
      true,
      false,
      false,
      true,
    ]);
    exchanges.keep(idOf(5), { contents: big, caller: ANNA });
    assert.equal(problems.length, 2);
  }, options);
});
