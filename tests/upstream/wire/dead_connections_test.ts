/** Connections that die while they are idle, or when they are used again. @module */
import assert from "node:assert/strict";
import type { HttpRequest } from "../../../src/upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../../../src/upstream/wire/direct_connections.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { type RawConnection, startRawServer } from "../../support/raw_server.ts";
import { ask } from "./ask.ts";
import { whole } from "./scripted_server.ts";

function start(options: DirectConnectionsOptions = {}) {
  const connections = new DirectConnections(options);
  return {
    async ask(url: string, changes: Partial<HttpRequest> = {}): Promise<string> {
      const body = new TextEncoder().encode('{"a":1}');
      return (await ask(connections, { url, body, ...changes })).text;
    },
    [Symbol.dispose]: () => connections.close(),
  };
}

/** Answers every request, until `misbehave` takes over what would be request number `from`. */
async function answering(
  connection: RawConnection,
  from = Infinity,
  misbehave: (connection: RawConnection) => Promise<void> = async () => {},
): Promise<void> {
  for (let request = 0; request < from; request++) {
    if (await connection.request() === undefined) return;
    await connection.write(whole(`from ${connection.index}`));
  }
  await misbehave(connection);
}

async function endOnUse(connection: RawConnection): Promise<void> {
  await connection.request();
  connection.end();
}

const DEATHS: readonly (readonly [string, (connection: RawConnection) => Promise<void>])[] = [
  ["resets", (connection) => connection.resetOnUse()],
  ["closes", endOnUse],
  [
    "has just closed",
    (connection) => {
      connection.end();
      return Promise.resolve();
    },
  ],
];

for (const [what, misbehave] of DEATHS) {
  Deno.test(`A request is sent again, on a new connection, where the server ${what} the one it went out on`, async () => {
    await using server = startRawServer((connection) =>
      answering(connection, connection.index === 0 ? 1 : Infinity, misbehave)
    );
    using at = start();
    assert.equal(await at.ask(server.url), "from 0");
    assert.equal(await at.ask(server.url), "from 1");
    assert.equal(await at.ask(server.url), "from 1");
    assert.equal(server.connectionCount, 2);
  });
}

Deno.test("A request is sent again once, and no third time", async () => {
  await using server = startRawServer((connection) =>
    answering(connection, connection.index === 0 ? 1 : 0, endOnUse)
  );
  using at = start();
  assert.equal(await at.ask(server.url), "from 0");
  await assert.rejects(at.ask(server.url), /closed before a response came/);
  assert.deepEqual(server.requests, [0, 0, 1]);
});

Deno.test("A request on a new connection that dies is not sent again", async () => {
  await using server = startRawServer((connection) => answering(connection, 0, endOnUse));
  using at = start();
  await assert.rejects(at.ask(server.url), /closed before a response came/);
  assert.deepEqual(server.requests, [0]);
});

for (
  const [what, came] of [
    ["a byte", "H"],
    ["a notice", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["half a head", "HTTP/1.1 200 OK\r\ncontent-"],
    ["a head", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"],
  ] as const
) {
  for (const method of ["GET", "POST"] as const) {
    Deno.test(`A ${method} request is not sent again once ${what} of its response came`, async () => {
      await using server = startRawServer((connection) =>
        answering(connection, connection.index === 0 ? 1 : Infinity, async () => {
          await connection.request();
          await connection.write(came);
          connection.end();
        })
      );
      using at = start();
      assert.equal(await at.ask(server.url, { method }), "from 0");
      await assert.rejects(at.ask(server.url, { method }), /closed before/);
      assert.deepEqual(server.requests, [0, 0]);
    });
  }
}

Deno.test("A request that must not be carried out twice is not sent again once it may have been", async () => {
  await using server = startRawServer((connection) =>
    answering(connection, connection.index === 0 ? 1 : Infinity, endOnUse)
  );
  using at = start();
  assert.equal(await at.ask(server.url, { mayRepeat: false }), "from 0");
  await assert.rejects(at.ask(server.url, { mayRepeat: false }), /closed before a response came/);
  assert.deepEqual(server.requests, [0, 0]);
});

Deno.test("A request that is given up while its connection dies is not sent again", async () => {
  const controller = new AbortController();
  await using server = startRawServer((connection) =>
    answering(connection, 1, async () => {
      await connection.request();
      controller.abort(new Error("given up"));
      connection.end();
    })
  );
  using at = start();
  const { signal } = controller;
  assert.equal(await at.ask(server.url), "from 0");
  await assert.rejects(at.ask(server.url, { signal }), /given up/);
  assert.equal(server.connectionCount, 1);
});

Deno.test("One death closes the connections that are idle for longer, and spares younger ones", async () => {
  // Three at a time, so that three connections are idle; each answers as soon as all have been asked.
  let gate = Promise.withResolvers<void>();
  let asked = 0;
  const dying = Promise.withResolvers<void>();
  const closed: number[] = [];
  await using server = startRawServer(async (connection) => {
    void connection.closed.then(() => closed.push(connection.index));
    while (await connection.request() !== undefined) {
      if (connection.index === 3) await dying.promise;
      if (connection.index === 3) return connection.end();
      if (++asked === 3) gate.resolve();
      await gate.promise;
      await connection.write(whole(`from ${connection.index}`));
    }
  });
  using at = start();
  await Promise.all([0, 1, 2].map(() => at.ask(server.url)));
  // The fourth is in use, and the three are used again after it began: they are younger.
  gate = Promise.withResolvers();
  asked = 0;
  const three = [0, 1, 2].map(() => at.ask(server.url));
  const fourth = at.ask(server.url);
  await Promise.all(three);
  dying.resolve();
  await assert.rejects(fourth, /closed before a response came/);
  asked = 2;
  assert.match(await at.ask(server.url), /from [012]/);
  assert.equal(server.connectionCount, 4);
  assert.deepEqual(closed, []);
});

Deno.test("A connection that dies in use closes all idle ones, unused", async () => {
  const gate = Promise.withResolvers<void>();
  const gone: Promise<void>[] = [];
  await using server = startRawServer(async (connection) => {
    if (connection.index > 2) return await answering(connection);
    gone.push(connection.closed);
    await connection.request();
    if (connection.index === 2) gate.resolve();
    await gate.promise;
    await connection.write(whole("early"));
    // Whichever is used next dies; the others are watched until the client closes them.
    const request = await connection.request();
    if (request !== undefined) connection.end();
  });
  using at = start();
  await Promise.all([0, 1, 2].map(() => at.ask(server.url)));
  assert.equal(await at.ask(server.url), "from 3");
  await Promise.race([
    Promise.all([gone[0], gone[1]]),
    Promise.all([gone[0], gone[2]]),
    Promise.all([gone[1], gone[2]]),
  ]);
  assert.equal(server.requests.length, 5);
});

for (
  const [what, monotonicMs, wallMs, isUsed] of [
    ["little time has passed", 5_000, 5_000, true],
    ["little time has passed, and the wall clock is a little behind", 5_000, 4_500, true],
    ["its time is over", 61_000, 61_000, false],
    ["its time is over, though the machine was suspended for most of it", 100, 61_000, false],
    ["its time is over, though the wall clock was held", 61_000, 60_500, false],
    ["the wall clock went back", 5_000, -3_600_000, false],
    ["the wall clock went back by less than has passed", 30_000, 20_000, false],
  ] as const
) {
  Deno.test(`A connection is ${isUsed ? "" : "not "}used again where ${what}`, async () => {
    await using server = startRawServer((connection) => answering(connection));
    const clock = new FakeClock();
    using at = start({ clock, idleTimeoutMs: 60_000 });
    assert.equal(await at.ask(server.url), "from 0");
    clock.advance(monotonicMs);
    clock.set(wallMs - monotonicMs);
    assert.equal(await at.ask(server.url), isUsed ? "from 0" : "from 1");
  });
}
