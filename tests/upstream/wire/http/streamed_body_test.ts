/** Request bodies that are sent while they arrive. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { collect } from "../../../../src/upstream/wire/http/collect.ts";
import { Connection } from "../../../../src/upstream/wire/connection.ts";
import type { HttpRequest, HttpResponse } from "../../../../src/upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../../../../src/upstream/wire/direct_connections.ts";
import {
  RequestBodyError,
  StreamedBody,
} from "../../../../src/upstream/wire/http/streamed_body.ts";
import { within } from "../../../support/deadline.ts";
import { type RawConnection, startRawServer } from "../../../support/raw_server.ts";
import { byteSource, equalPieces } from "../byte_source.ts";
import { MemoryStream } from "../memory_stream.ts";
import { whole } from "../scripted_server.ts";

/** Far more than anything here takes. */
const LIMIT_MS = 30_000;

/** What the sockets of both sides may hold, in bytes: Linux gives each of them up to 6 MiB. */
const SOCKET_BYTES = 16 * 1024 * 1024;

function start(options: DirectConnectionsOptions = {}) {
  const connections = new DirectConnections(options);
  async function send(
    url: string,
    body: StreamedBody,
    changes: Partial<HttpRequest> = {},
  ): Promise<HttpResponse> {
    const { signal } = new AbortController();
    const request = { method: "POST", url: `${url}/upload`, headers: {}, body, signal } as const;
    return await within(LIMIT_MS, connections.send({ ...request, ...changes }), { what: "It" });
  }
  return {
    send,
    async ask(url: string, body: StreamedBody, changes?: Partial<HttpRequest>): Promise<string> {
      const response = await send(url, body, changes);
      return `${response.status} ${new TextDecoder().decode(await collect(response))}`;
    },
    [Symbol.dispose]: () => connections.close(),
  };
}

/** A server of Deno's own, which knows a complete request from one that broke off. */
function startUploadServer() {
  const bodies: (Uint8Array | "broken")[] = [];
  const came = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const closing = new AbortController();
  const { signal } = closing;
  const options = { hostname: "127.0.0.1", port: 0, onListen() {}, signal };
  const server = Deno.serve(options, async (request) => {
    came.resolve();
    const body = await request.bytes().catch(() => "broken" as const);
    bodies.push(body);
    ended.resolve();
    return new Response(`${body.length} bytes`);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    bodies,
    /** Resolves when the head of a request has come. */
    came: came.promise,
    /** Resolves when a request has come whole, or broke off. */
    ended: () => within(LIMIT_MS, ended.promise, { what: "The end of the request" }),
    async [Symbol.asyncDispose]() {
      // A request that never ends must not keep a test that fails from ending.
      closing.abort();
      await server.finished;
    },
  };
}

for (const isLengthKnown of [true, false]) {
  const how = isLengthKnown ? "with its length" : "in chunks";

  Deno.test(`A streamed body arrives ${how} as it is, whatever its pieces are`, async () => {
    await using server = startUploadServer();
    using at = start();
    const sizes = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 40_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { maxLength: 6 }), async (sizes) => {
        const pieces = sizes.map((size, index) => new Uint8Array(size).fill(index + 1));
        const length = sizes.reduce((sum, size) => sum + size, 0);
        const body = new StreamedBody(
          ReadableStream.from(pieces),
          isLengthKnown ? { length } : {},
        );
        assert.equal(await at.ask(server.url, body), `200 ${length} bytes`);
        assert.deepEqual(server.bodies.at(-1), Uint8Array.from(pieces.flatMap((p) => [...p])));
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`A streamed body of 100 MiB is sent ${how} without being held`, async () => {
    let received = 0;
    let mostHeld = 0;
    await using server = startRawServer(async (connection) => {
      let end = "";
      while (received < 100 * 1024 * 1024 || !(isLengthKnown || end.endsWith("\r\n0\r\n\r\n"))) {
        const bytes = await connection.bytes();
        if (bytes === undefined) return;
        received += bytes.length;
        mostHeld = Math.max(mostHeld, source.given - received);
        end = new TextDecoder("latin1").decode(bytes.slice(-7));
      }
      await connection.write(whole("taken"));
    });
    const source = byteSource(equalPieces(1600, 64 * 1024));
    using at = start();
    const length = 100 * 1024 * 1024;
    const body = new StreamedBody(source.stream, isLengthKnown ? { length } : {});
    assert.equal(await at.ask(server.url, body), "200 taken");
    assert.equal(source.given, length);
    assert.ok(received >= length);
    assert.ok(mostHeld <= SOCKET_BYTES, `${mostHeld} bytes were held`);
  });

  Deno.test(`A streamed body ${how} is taken no faster than the server reads it`, async () => {
    const gate = Promise.withResolvers<void>();
    await using server = startRawServer(async (connection) => {
      await gate.promise;
      await connection.untilClosed();
    });
    using at = start();
    const source = byteSource(equalPieces(16_000, 64 * 1024));
    const length = 16_000 * 64 * 1024;
    const body = new StreamedBody(source.stream, isLengthKnown ? { length } : {});
    const controller = new AbortController();
    const response = at.send(server.url, body, { signal: controller.signal });
    // Until the sockets are full, and nothing more is taken.
    let given = -1;
    while (given < source.given || given === 0) {
      given = source.given;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(given <= SOCKET_BYTES, `${given} bytes were taken`);
    gate.resolve();
    while (source.given === given) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error("given up"));
    await assert.rejects(response, /given up/);
    await within(LIMIT_MS, source.cancelled, { what: "The end of the source" });
  });

  Deno.test(`A piece of a body ${how} is taken once the one before has been written`, async () => {
    let isAllowed = Promise.withResolvers<void>();
    let written = 0;
    const stream = new class extends MemoryStream {
      override async write(bytes: Uint8Array): Promise<number> {
        await isAllowed.promise;
        written += bytes.length;
        return bytes.length;
      }
    }();
    const source = byteSource(equalPieces(5, 100));
    const body = new StreamedBody(source.stream, isLengthKnown ? { length: 500 } : {});
    const owner = { onFree() {}, onClosed() {}, onDeath() {} };
    const origin = { isSecure: false, hostname: "a", port: 80, host: "a" };
    const connection = new Connection(stream, { origin, owner });
    const { signal } = new AbortController();
    const response = connection.send({ head: "HEAD", body, isHeadOnly: false, signal });
    const given: number[] = [];
    for (let index = 0; index < 5; index++) {
      await new Promise((resolve) => setTimeout(resolve));
      given.push(source.given);
      const { resolve } = isAllowed;
      isAllowed = Promise.withResolvers();
      resolve();
    }
    // First the head; nothing is read ahead.
    assert.deepEqual(given, [0, 100, 200, 300, 400]);
    assert.ok(written >= 300);
    connection.close();
    await assert.rejects(response);
  });

  Deno.test(`A body ${how} whose stream fails never is a complete request, and the call gets its error`, async () => {
    const reason = new Error("the client went away");
    for (const first of [[], [new Uint8Array(10)], [new Uint8Array(100_000)]]) {
      await using server = startUploadServer();
      using at = start();
      const failing = async function* () {
        yield* first;
        await server.came;
        throw reason;
      };
      const body = new StreamedBody(
        ReadableStream.from(failing()),
        isLengthKnown ? { length: 200_000 } : {},
      );
      await assert.rejects(at.ask(server.url, body), (error) => {
        assert.ok(error instanceof RequestBodyError);
        assert.equal(error.cause, reason);
        return true;
      });
      await server.ended();
      assert.deepEqual(server.bodies, ["broken"]);
    }
  });

  Deno.test(`A body ${how} of a request that is given up never is a complete request`, async () => {
    await using server = startUploadServer();
    using at = start();
    const controller = new AbortController();
    const source = byteSource([new Uint8Array(10), new Promise<never>(() => {})]);
    const body = new StreamedBody(source.stream, isLengthKnown ? { length: 20 } : {});
    const response = at.ask(server.url, body, { signal: controller.signal });
    await server.came;
    controller.abort(new Error("given up"));
    await assert.rejects(response, /given up/);
    await within(LIMIT_MS, source.cancelled, { what: "The end of the source" });
    await server.ended();
    assert.deepEqual(server.bodies, ["broken"]);
  });

  Deno.test(`A response is given before a body ${how} has been sent, and its connection is not used again`, async () => {
    for (const status of ["401 Unauthorized", "413 Too Large", "200 OK"]) {
      await using server = startRawServer(async (connection) => {
        await connection.bytes();
        await connection.write(whole("early").replace("200 OK", status));
        await connection.untilClosed();
      });
      using at = start();
      const source = byteSource([new Uint8Array(10), new Promise<never>(() => {})]);
      const body = new StreamedBody(source.stream, isLengthKnown ? { length: 20 } : {});
      assert.equal(await at.ask(server.url, body), `${status.slice(0, 3)} early`);
      await within(LIMIT_MS, source.cancelled, { what: "The end of the source" });
      const next = new StreamedBody(ReadableStream.from([new Uint8Array(10)]));
      assert.match(await at.ask(server.url, next), /early$/);
      assert.equal(server.connectionCount, 2);
    }
  });
}

for (
  const [what, sizes, length] of [
    ["shorter", [10, 5], 20],
    ["shorter, by all of it", [], 20],
    ["longer", [10, 11], 20],
    ["longer, by another piece", [10, 10, 1], 20],
    ["longer, by another piece behind an empty one", [20, 0, 1], 20],
  ] as const
) {
  Deno.test(`A body that is ${what} than was declared never is a complete request`, async () => {
    await using server = startUploadServer();
    using at = start();
    const pieces = sizes.map((size) => new Uint8Array(size));
    const body = new StreamedBody(ReadableStream.from(pieces), { length });
    const message = new RegExp(`${what.split(",")[0]} than was declared`);
    await assert.rejects(at.ask(server.url, body), message);
    await server.ended();
    assert.deepEqual(server.bodies, ["broken"]);
  });
}

for (const length of [-1, 1.5, NaN, Infinity]) {
  Deno.test(`A body can't have a length of ${length}`, () => {
    assert.throws(() => new StreamedBody(ReadableStream.from([]), { length }), TypeError);
  });
}

Deno.test("A body that fails while its response is read ends the response", async () => {
  const failing = Promise.withResolvers<Uint8Array>();
  await using server = startRawServer(async (connection) => {
    await connection.bytes();
    await connection.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
    await connection.untilClosed();
  });
  using at = start();
  const body = new StreamedBody(byteSource([new Uint8Array(10), failing.promise]).stream);
  const response = await at.send(server.url, body);
  assert.equal((await response.read())?.length, 4);
  failing.reject(new Error("the client went away"));
  await assert.rejects(response.read(), RequestBodyError);
});

/** Answers one request, and gives the connection on. */
async function answeringOnce(
  connection: RawConnection,
  then: (connection: RawConnection) => Promise<unknown>,
): Promise<void> {
  await connection.request();
  await connection.write(whole(`from ${connection.index}`));
  if (connection.index === 0) return void await then(connection);
  await connection.untilClosed();
}

const small = () => new StreamedBody(ReadableStream.from([new Uint8Array(10)]));

Deno.test("A streamed request is sent again where its connection died before any of its body was taken", async () => {
  const piece = Promise.withResolvers<Uint8Array>();
  await using server = startRawServer((connection) =>
    answeringOnce(connection, async (connection) => {
      await connection.bytes();
      void connection.closed.then(() => piece.resolve(new TextEncoder().encode("late")));
      await connection.hangUp();
    })
  );
  using at = start();
  assert.equal(await at.ask(server.url, small()), "200 from 0");
  const source = byteSource([piece.promise]);
  const body = new StreamedBody(source.stream);
  assert.equal(await at.ask(server.url, body, { mayRepeat: true }), "200 from 1");
  assert.equal(body.isTaken, true);
  assert.equal(source.given, 4);
  assert.equal(server.connectionCount, 2);
});

for (
  const [what, mayRepeat, pieces] of [
    ["a byte of its body was taken", true, [new Uint8Array(1)]],
    ["the server may have read its head, if it must not be carried out twice", false, []],
  ] as const
) {
  Deno.test(`A streamed request is not sent again once ${what}`, async () => {
    await using server = startRawServer((connection) =>
      answeringOnce(connection, async (connection) => {
        let text = "";
        // The head, and what the body has.
        while (!text.includes(pieces.length > 0 ? "\r\n\r\n1\r\n" : "\r\n\r\n")) {
          text += new TextDecoder().decode(await connection.bytes());
        }
        connection.end();
      })
    );
    using at = start();
    assert.equal(await at.ask(server.url, small()), "200 from 0");
    const source = byteSource([...pieces, new Promise<never>(() => {})]);
    const body = new StreamedBody(source.stream);
    await assert.rejects(at.ask(server.url, body, { mayRepeat }), /closed before a response came/);
    assert.equal(server.connectionCount, 1);
    assert.equal(body.isTaken, pieces.length > 0);
    body.cancel();
    await within(LIMIT_MS, source.cancelled, { what: "The end of the source" });
  });
}

Deno.test("A body of which nothing was taken can be sent to another server", async () => {
  await using refusing = startRawServer(async (connection) => {
    await connection.bytes();
    await connection.write(whole("no").replace("200 OK", "429 Too Many Requests"));
    await connection.untilClosed();
  });
  await using server = startUploadServer();
  using at = start();
  const piece = Promise.withResolvers<Uint8Array>();
  const body = new StreamedBody(byteSource([piece.promise]).stream, { length: 3 });
  assert.equal(await at.ask(refusing.url, body), "429 no");
  assert.equal(body.isTaken, false);
  piece.resolve(new Uint8Array(3));
  assert.equal(await at.ask(server.url, body), "200 3 bytes");
  await assert.rejects(at.ask(server.url, body), /was sent before/);
  assert.equal(server.bodies.length, 1);
});

Deno.test("A streamed request has no hedge, however silent its connection is", async () => {
  const gate = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  await using server = startRawServer(async (connection) => {
    if (connection.index > 1) return await answeringOnce(connection, () => Promise.resolve());
    await connection.request();
    if (connection.index === 1) gate.resolve();
    await gate.promise;
    await connection.write(whole("early"));
    const request = await connection.request();
    if (request === undefined) return;
    if (request.includes("small")) return await connection.untilClosed();
    await done.promise;
    await connection.write(whole("made once"));
    await connection.untilClosed();
  });
  using at = start({ hedgeAfterMs: 1 });
  await Promise.all([0, 1].map(() => at.ask(server.url, small())));
  const made = at.ask(server.url, small(), { mayRepeat: true });
  // This one is looked at after the other, and has its hedge.
  const raced = { method: "GET", url: `${server.url}/small`, body: new Uint8Array() } as const;
  assert.equal(await at.ask(server.url, small(), raced), "200 from 2");
  done.resolve();
  assert.equal(await made, "200 made once");
  assert.equal(server.connectionCount, 3);
});
