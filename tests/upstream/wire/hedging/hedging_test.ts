/** Requests whose connection stays silent, and the second try beside them. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { HttpRequest } from "../../../../src/upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../../../../src/upstream/wire/direct_connections.ts";
import { FirstByteTimes } from "../../../../src/upstream/wire/hedging/first_byte_times.ts";
import { HedgeBudget } from "../../../../src/upstream/wire/hedging/hedge_budget.ts";
import type { HedgeOutcome } from "../../../../src/upstream/wire/hedging/hedged_request.ts";
import { within } from "../../../support/deadline.ts";
import { type RawConnection, startRawServer } from "../../../support/raw_server.ts";
import { ask } from "../ask.ts";
import { whole } from "../scripted_server.ts";

/** Far more than anything here takes. */
const LIMIT_MS = 30_000;

function start(options: DirectConnectionsOptions = {}) {
  const hedges: HedgeOutcome[] = [];
  const connections = new DirectConnections({
    hedgeAfterMs: 1,
    onHedge: (outcome) => void hedges.push(outcome),
    ...options,
  });
  return {
    hedges,
    async ask(url: string, changes: Partial<HttpRequest> = {}): Promise<string> {
      return (await ask(connections, { url, ...changes })).text;
    },
    [Symbol.dispose]: () => connections.close(),
  };
}

/** Answers requests of a connection, as many as told, and leaves the next to `then`. */
async function answering(
  connection: RawConnection,
  count: number,
  then: (connection: RawConnection) => Promise<unknown>,
): Promise<void> {
  for (let request = 0; request < count; request++) {
    if (await connection.request() === undefined) return;
    await connection.write(whole(`from ${connection.index}`));
  }
  if (await connection.request() !== undefined) await then(connection);
}

const stayingSilent = (connection: RawConnection) => connection.untilClosed();

for (const method of ["POST", "GET"] as const) {
  Deno.test(`A ${method} request on a silent connection is answered on a new one, and the silent one is closed`, async () => {
    const closed = Promise.withResolvers<void>();
    await using server = startRawServer((connection) =>
      answering(connection, connection.index === 0 ? 1 : Infinity, async () => {
        await connection.untilClosed();
        closed.resolve();
      })
    );
    using at = start();
    assert.equal(await at.ask(server.url, { method }), "from 0");
    assert.equal(await within(LIMIT_MS, at.ask(server.url, { method }), { what: "It" }), "from 1");
    await within(LIMIT_MS, closed.promise, { what: "The end of the silent connection" });
    assert.equal(at.hedges.length, 1);
    assert.equal(at.hedges[0]?.winner, "hedge");
    assert.deepEqual(server.requests, [0, 0, 1]);
  });
}

Deno.test("A silence closes the connections that are idle for longer", async () => {
  const gate = Promise.withResolvers<void>();
  const closed: Promise<void>[] = [];
  await using server = startRawServer(async (connection) => {
    if (connection.index > 2) return await answering(connection, Infinity, stayingSilent);
    closed.push(connection.closed);
    await connection.request();
    if (connection.index === 2) gate.resolve();
    await gate.promise;
    await connection.write(whole("early"));
    await connection.request();
    await connection.untilClosed();
  });
  using at = start();
  await Promise.all([0, 1, 2].map(() => at.ask(server.url)));
  assert.equal(await at.ask(server.url), "from 3");
  await within(LIMIT_MS, Promise.all(closed), { what: "The end of all three" });
  assert.equal(await at.ask(server.url), "from 3");
  assert.equal(at.hedges.length, 1);
});

Deno.test("The first response is taken where it begins before its hedge's, whose connection is closed", async () => {
  const rivalCame = Promise.withResolvers<void>();
  const rivalClosed = Promise.withResolvers<void>();
  await using server = startRawServer(async (connection) => {
    if (connection.index === 0) {
      return await answering(connection, 1, async () => {
        await rivalCame.promise;
        await connection.write(whole("from 0, late"));
        await connection.untilClosed();
      });
    }
    await connection.request();
    rivalCame.resolve();
    await connection.request();
    rivalClosed.resolve();
  });
  using at = start();
  assert.equal(await at.ask(server.url), "from 0");
  assert.equal(await at.ask(server.url), "from 0, late");
  await within(LIMIT_MS, rivalClosed.promise, { what: "The end of the hedge" });
  assert.deepEqual(at.hedges.map(({ winner }) => winner), ["first"]);
});

Deno.test("A hedge is the second try where the first dies beside it: there is no third", async () => {
  const rivalCame = Promise.withResolvers<void>();
  const firstDied = Promise.withResolvers<void>();
  await using server = startRawServer(async (connection) => {
    if (connection.index === 0) {
      return await answering(connection, 1, async () => {
        await rivalCame.promise;
        await connection.hangUp();
        firstDied.resolve();
      });
    }
    await connection.request();
    rivalCame.resolve();
    await firstDied.promise;
    await connection.write(whole("from 1, late"));
    await connection.untilClosed();
  });
  using at = start();
  assert.equal(await at.ask(server.url), "from 0");
  assert.equal(await at.ask(server.url), "from 1, late");
  assert.deepEqual(server.requests, [0, 0, 1]);
});

Deno.test("A hedge that fails leaves the first its time; when both have failed, the request has", async () => {
  for (const isAnswered of [true, false]) {
    const rivalDied = Promise.withResolvers<void>();
    await using server = startRawServer(async (connection) => {
      if (connection.index === 0) {
        return await answering(connection, 1, async () => {
          await rivalDied.promise;
          if (!isAnswered) return connection.end();
          await connection.write(whole("from 0, late"));
          await connection.untilClosed();
        });
      }
      await connection.request();
      await connection.hangUp();
      rivalDied.resolve();
    });
    using at = start();
    assert.equal(await at.ask(server.url), "from 0");
    const second = at.ask(server.url);
    if (isAnswered) assert.equal(await second, "from 0, late");
    else await assert.rejects(second, /closed before a response came/);
    assert.deepEqual(server.requests, [0, 0, 1]);
  }
});

Deno.test("A request that must not be carried out twice has no hedge, however silent its connection is", async () => {
  const gate = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  await using server = startRawServer(async (connection) => {
    if (connection.index > 1) return await answering(connection, Infinity, stayingSilent);
    await connection.request();
    if (connection.index === 1) gate.resolve();
    await gate.promise;
    await connection.write(whole("early"));
    const request = await connection.request();
    if (request === undefined) return;
    if (!request.includes("batch")) return await connection.untilClosed();
    await done.promise;
    await connection.write(whole("made once"));
    await connection.untilClosed();
  });
  using at = start();
  await Promise.all([0, 1].map(() => at.ask(server.url)));
  const made = at.ask(server.url, { mayRepeat: false, url: `${server.url}/v1beta/batch` });
  // This one is looked at after the other, and has its hedge.
  assert.equal(await at.ask(server.url), "from 2");
  done.resolve();
  assert.equal(await made, "made once");
  assert.equal(server.requests.length, 5);
});

Deno.test("A request on a new connection has no hedge", async () => {
  await using server = startRawServer(async (connection) => {
    await connection.request();
    await connection.untilClosed();
  });
  using at = start();
  await assert.rejects(at.ask(server.url, { signal: AbortSignal.timeout(1000) }));
  assert.equal(server.connectionCount, 1);
});

Deno.test("A hedge starts while half of the time for the first byte is left", async () => {
  await using server = startRawServer((connection) =>
    answering(connection, connection.index === 0 ? 1 : Infinity, stayingSilent)
  );
  using at = start({ hedgeAfterMs: 10 * LIMIT_MS });
  assert.equal(await at.ask(server.url), "from 0");
  const response = at.ask(server.url, { firstByteMs: 1000 });
  assert.equal(await within(LIMIT_MS, response, { what: "The answer" }), "from 1");
  assert.ok((at.hedges[0]?.silentMs ?? 0) >= 500);
});

Deno.test("A hedge waits twice as long as such requests usually do", async () => {
  await using server = startRawServer(async (connection) => {
    if (connection.index > 0) return await answering(connection, Infinity, stayingSilent);
    await connection.request();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await connection.write(whole("slow, as ever"));
    await connection.request();
    await connection.untilClosed();
  });
  using at = start();
  assert.equal(await at.ask(server.url), "slow, as ever");
  assert.equal(await at.ask(server.url), "from 1");
  assert.ok((at.hedges[0]?.silentMs ?? 0) >= 1200);
});

Deno.test("Ten hedges may start at first; the eleventh has to be earned", async () => {
  await using server = startRawServer((connection) => answering(connection, 1, stayingSilent));
  using at = start();
  assert.equal(await at.ask(server.url), "from 0");
  for (let call = 1; call <= 10; call++) assert.equal(await at.ask(server.url), `from ${call}`);
  await assert.rejects(at.ask(server.url, { signal: AbortSignal.timeout(1000) }));
  assert.equal(at.hedges.length, 10);
  assert.equal(server.connectionCount, 11);
});

Deno.test("HedgeBudget allows ten, and then no more than one in twenty calls", () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 2000 }), (requests) => {
    const budget = new HedgeBudget();
    let taken = 0;
    requests.forEach((wish, index) => {
      budget.earn();
      if (wish && budget.take()) taken++;
      assert.ok(taken <= 10 + (index + 1) / 20);
    });
  }));
  const budget = new HedgeBudget();
  for (let call = 0; call < 1000; call++) budget.earn();
  for (let call = 0; call < 10; call++) assert.equal(budget.take(), true);
  for (let round = 0; round < 3; round++) {
    for (let call = 0; call < 20; call++) {
      assert.equal(budget.take(), false);
      budget.earn();
    }
    assert.equal(budget.take(), true);
  }
});

Deno.test("FirstByteTimes tells what 95 of the last responses of a kind took at most", () => {
  const times = new FirstByteTimes();
  assert.equal(times.p95("m"), 0);
  times.add("m", 7);
  assert.equal(times.p95("m"), 7);
  for (let count = 0; count < 60; count++) times.add("m", 10);
  times.add("m", 500);
  assert.equal(times.p95("m"), 10);
  for (let count = 0; count < 10; count++) times.add("m", 500);
  assert.equal(times.p95("m"), 500);
  for (let count = 0; count < 64; count++) times.add("m", 20);
  assert.equal(times.p95("m"), 20);
  assert.equal(times.p95("another"), 0);
  for (let count = 0; count < 64; count++) times.add("m", count < 4 ? 500 : 10);
  assert.equal(times.p95("m"), 500, "4 of 64 are more than 5 of 100");
  times.add("m", 10);
  assert.equal(times.p95("m"), 10, "the 64 latest count");
  for (let ms = 64; ms > 0; ms--) times.add("m", ms);
  assert.equal(times.p95("m"), 61);
});

Deno.test("FirstByteTimes forgets the kind that came up first when there are too many", () => {
  const times = new FirstByteTimes();
  for (let kind = 0; kind < 257; kind++) times.add(String(kind), 5);
  assert.equal(times.p95("0"), 0);
  assert.equal(times.p95("1"), 5);
  assert.equal(times.p95("256"), 5);
});
