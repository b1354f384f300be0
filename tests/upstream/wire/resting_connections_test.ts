/** How many connections wait for their next use, and what makes room for another one. @module */
import assert from "node:assert/strict";
import { Connection } from "../../../src/upstream/wire/connection.ts";
import type { Origin } from "../../../src/upstream/wire/origin.ts";
import { RestingConnections } from "../../../src/upstream/wire/resting_connections.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { within } from "../../support/deadline.ts";
import { MemoryStream } from "./memory_stream.ts";

/** Most connections that wait, as the module has it. */
const LIMIT = 512;

const ONE: Origin = { isSecure: false, hostname: "one", port: 80, host: "one" };
const OTHER: Origin = { isSecure: false, hostname: "other", port: 80, host: "other" };

/** Resting connections, and the streams below them in the order in which they were put to rest. */
class TestRest {
  readonly clock = new FakeClock();
  readonly streams: MemoryStream[] = [];
  readonly connections: Connection[] = [];
  readonly resting: RestingConnections;

  constructor(restMs = 60_000) {
    this.resting = new RestingConnections({ restMs, clock: this.clock });
  }

  /** Puts new connections to rest, which were used one after the other. */
  put(count: number, origin = ONE): void {
    for (let nth = 0; nth < count; nth++) {
      const stream = new MemoryStream();
      const connection = new Connection(stream, {
        origin,
        owner: {
          onFree: () => {},
          onClosed: (closed) => this.resting.remove(closed),
          onDeath: () => {},
        },
      });
      this.streams.push(stream);
      this.connections.push(connection);
      this.resting.put(connection);
    }
  }

  /** How many connections, of those put to rest from a certain one on, are open. */
  open(from = 0): number {
    return this.streams.slice(from).filter(({ isClosed }) => !isClosed).length;
  }

  [Symbol.dispose](): void {
    this.resting.close();
    for (const connection of this.connections) connection.close();
  }
}

Deno.test("put() closes a connection where 512 wait already, whichever servers they lead to", () => {
  using at = new TestRest();
  at.put(LIMIT - 12, ONE);
  at.put(12, OTHER);
  assert.equal(at.open(), LIMIT);
  at.put(1, ONE);
  at.put(1, OTHER);
  assert.equal(at.open(), LIMIT);
  assert.equal(at.open(LIMIT), 0);
});

const WAYS: Readonly<Record<string, (at: TestRest) => void | Promise<void>>> = {
  "are taken": ({ resting }) => {
    for (let nth = 0; nth < 3; nth++) assert.notEqual(resting.take(ONE), undefined);
  },
  "are closed": ({ connections }) => {
    for (const connection of connections.slice(5, 8)) connection.close();
  },
  "are suspected with one that died": ({ connections, resting }) => {
    const [dead] = connections.slice(3);
    assert.ok(dead);
    resting.suspect(dead);
  },
};

for (const [what, makeRoom] of Object.entries(WAYS)) {
  Deno.test(`put() has room for as many connections as ${what}`, async () => {
    using at = new TestRest();
    at.put(LIMIT);
    await makeRoom(at);
    at.put(5);
    assert.equal(at.open(LIMIT), 3);
  });
}

Deno.test("put() has room for as many connections as have rested for too long when one is taken", () => {
  using at = new TestRest();
  at.put(3, ONE);
  at.clock.advance(60_000);
  at.put(LIMIT - 3, OTHER);
  assert.equal(at.resting.take(ONE), undefined);
  at.put(5);
  assert.equal(at.open(LIMIT), 3);
});

Deno.test("put() has room for as many connections as were closed for having rested too long", async () => {
  using at = new TestRest(20);
  at.put(3);
  at.clock.advance(20);
  at.put(LIMIT - 3);
  const closed = Promise.all(at.streams.slice(0, 3).map((stream) => stream.closed));
  await within(30_000, closed, { what: "The end of three connections" });
  at.put(5);
  assert.equal(at.open(3), LIMIT);
});

Deno.test("put() closes every connection where none may wait, and after close()", () => {
  using never = new TestRest(0);
  never.put(2);
  assert.equal(never.open(), 0);
  using at = new TestRest();
  at.put(2);
  at.resting.close();
  at.put(1);
  assert.equal(at.open(), 0);
});
