/** Responses that are passed on as bytes. @module */
import assert from "node:assert/strict";
import { sendForBytes } from "../../src/upstream/byte_response.ts";
import type { Exchange } from "../../src/upstream/exchange.ts";
import { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";
import { DirectConnections } from "../../src/upstream/wire/direct_connections.ts";
import { within } from "../support/deadline.ts";
import { startRawServer } from "../support/raw_server.ts";

/** Far more than anything here takes. */
const LIMIT_MS = 30_000;

/** What the sockets of both sides may hold, in bytes. */
const SOCKET_BYTES = 16 * 1024 * 1024;

function exchangeWith(url: string): Exchange {
  const connections = new DirectConnections({ idleTimeoutMs: 0 });
  const { signal } = new AbortController();
  return {
    method: "GET",
    url: `${url}/v1beta/files/1`,
    headers: {},
    signal,
    clock: Date,
    connections,
  };
}

Deno.test("sendForBytes() gives status, headers and the bytes of a response", async () => {
  await using server = startRawServer(async (connection) => {
    await connection.request();
    await connection.write(
      "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    await connection.write("3\r\n\0\xff\r\n2\r\nab\r\n0\r\n\r\n");
  });
  const response = await sendForBytes(exchangeWith(server.url));
  assert.equal(response.status, 206);
  assert.equal(response.header("content-range"), "bytes 0-3/9");
  assert.deepEqual(response.headers, [
    ["content-range", "bytes 0-3/9"],
    ["transfer-encoding", "chunked"],
  ]);
  const bytes = await new Response(response.body).bytes();
  assert.deepEqual([...bytes], [0, 0xc3, 0xbf, 0x61, 0x62]);
});

Deno.test("sendForBytes() reads no faster than it is asked to, and holds nothing of 100 MiB", async () => {
  const piece = new Uint8Array(64 * 1024);
  let written = 0;
  await using server = startRawServer(async (connection) => {
    await connection.request();
    await connection.write(`HTTP/1.1 200 OK\r\ncontent-length: ${1600 * piece.length}\r\n\r\n`);
    for (let index = 0; index < 1600; index++) {
      await connection.write(piece);
      written += piece.length;
    }
  });
  const { body } = await sendForBytes(exchangeWith(server.url));
  // Until the sockets are full, and nothing more is written.
  let before = -1;
  while (before < written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(before <= SOCKET_BYTES, `${before} bytes were read`);
  let read = 0;
  let mostHeld = 0;
  for await (const bytes of body) {
    read += bytes.length;
    mostHeld = Math.max(mostHeld, written - read);
  }
  assert.equal(read, 1600 * piece.length);
  assert.ok(mostHeld <= SOCKET_BYTES, `${mostHeld} bytes were held`);
});

Deno.test("sendForBytes() fails with a fault where the response breaks off", async () => {
  await using server = startRawServer(async (connection) => {
    await connection.request();
    await connection.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
    connection.end();
  });
  const { body } = await sendForBytes(exchangeWith(server.url));
  await assert.rejects(new Response(body).bytes(), (error) => {
    assert.ok(error instanceof UpstreamFault);
    assert.match(error.message, /closed before the response was complete/);
    return true;
  });
});

Deno.test("sendForBytes() ends the connection of a response that is cancelled", async () => {
  const closed = Promise.withResolvers<void>();
  await using server = startRawServer(async (connection) => {
    await connection.request();
    await connection.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
    await connection.untilClosed();
    closed.resolve();
  });
  const { body } = await sendForBytes(exchangeWith(server.url));
  await body.cancel();
  await within(LIMIT_MS, closed.promise, { what: "The end of the connection" });
});

Deno.test("sendForBytes() throws for an error", async () => {
  await using server = startRawServer(async (connection) => {
    await connection.request();
    await connection.write("HTTP/1.1 416 Range Not Satisfiable\r\ncontent-length: 2\r\n\r\nno");
  });
  await assert.rejects(sendForBytes(exchangeWith(server.url)), (error) => {
    assert.ok(error instanceof UpstreamFault);
    assert.equal(error.rpc.code, 416);
    return true;
  });
});
