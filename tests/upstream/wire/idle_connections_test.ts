/** How many connections wait for their next use, and what makes room for another one. @module */
import assert from "node:assert/strict";
import { Connection } from "../../../src/upstream/wire/connection.ts";
import type { Origin } from "../../../src/upstream/wire/tcp/origin.ts";
import { IdleConnections } from "../../../src/upstream/wire/idle_connections.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { within } from "../../support/deadline.ts";
import { MemoryStream } from "./memory_stream.ts";

/** Most connections that wait, as the module has it. */
const LIMIT = 512;

const ONE: Origin = { isSecure: false, hostname: "one", port: 80, host: "one" };
const OTHER: Origin = { isSecure: false, hostname: "other", port: 80, host: "other" };

/** Idle connections, and the streams below them in the order in which they became idle. */
class TestRest {
  readonly clock = new FakeClock();
  readonly streams: MemoryStream[] = [];
  readonly connections: Connection[] = [];
  readonly idle: IdleConnections;

  constructor(idleTimeoutMs = 60_000) {
    this.idle = new IdleConnections({ idleTimeoutMs, clock: this.clock });
  }

  /** Makes connections idle that were used one after the other. */
  put(count: number, origin = ONE): void {
    for (let nth = 0; nth < count; nth++) {
      const stream = new MemoryStream();
      const connection = new Connection(stream, {
        origin,
        owner: {
          onFree: () => {},
          onClosed: (closed) => this.idle.remove(closed),
          onDeath: () => {},
        },
      });
      this.streams.push(stream);
      this.connections.push(connection);
      this.idle.put(connection);
    }
  }

  /** How many connections, of those that became idle from a certain one on, are open. */
  open(from = 0): number {
    return this.streams.slice(from).filter(({ isClosed }) => !isClosed).length;
  }

  [Symbol.dispose](): void {
    this.idle.close();
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
  "are taken": ({ idle }) => {
    for (let nth = 0; nth < 3; nth++) assert.notEqual(idle.take(ONE), undefined);
  },
  "are closed": ({ connections }) => {
    for (const connection of connections.slice(5, 8)) connection.close();
  },
  "are suspected with one that died": ({ connections, idle }) => {
    const [dead] = connections.slice(3);
    assert.ok(dead);
    idle.closeOlder(dead);
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

Deno.test("put() has room for as many connections as are idle for too long when one is taken", () => {
  using at = new TestRest();
  at.put(3, ONE);
  at.clock.advance(60_000);
  at.put(LIMIT - 3, OTHER);
  assert.equal(at.idle.take(ONE), undefined);
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
  at.idle.close();
  at.put(1);
  assert.equal(at.open(), 0);
});
