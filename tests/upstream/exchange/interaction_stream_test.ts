/** Streams of the Interactions API as they are read: what opens one, what is heard of it, and how it ends. @module */
import assert from "node:assert/strict";
import type { Exchange } from "../../../src/upstream/exchange/exchange.ts";
import { sendForEvents } from "../../../src/upstream/exchange/interaction_stream.ts";
import type { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import type { StreamListener } from "../../../src/upstream/upstream.ts";
import { DirectConnections } from "../../../src/upstream/wire/direct_connections.ts";
import { within } from "../../support/deadline.ts";
import { type RawConnection, startRawServer } from "../../support/raw_server.ts";
import { faultOf } from "../../support/upstream_call.ts";

/** Far more than anything here takes. */
const LIMIT_MS = 30_000;

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\n";
const START = `${HEAD}connection: close\r\n\r\n`;
const EVENT = 'data: {"interaction":{"id":"v1_a"},"event_type":"interaction.created"}\n\n';
const ERROR =
  'data: {"event_type":"error","error":{"code":"rate_limit_exceeded","message":"slow"}}\n\n';

/** A server whose every response `respond` writes, once the request is read. */
function startServer(respond: (connection: RawConnection) => Promise<void>) {
  return startRawServer(async (connection) => {
    await connection.request();
    await respond(connection);
  });
}

async function open(url: string, listener?: StreamListener) {
  const connections = new DirectConnections({ idleTimeoutMs: 0 });
  const { signal } = new AbortController();
  const exchange: Exchange = {
    method: "GET",
    url: `${url}/v1beta/interactions/v1_a?stream=true`,
    headers: {},
    signal,
    clock: Date,
    connections,
  };
  const sent = sendForEvents(exchange, listener);
  const response = await within(LIMIT_MS, sent, { what: "The beginning of the response" });
  assert.ok(response.type === "events", response.type);
  return response.events[Symbol.asyncIterator]();
}

/** A listener that keeps what it hears. */
function startListening() {
  const faults: UpstreamFault[] = [];
  let count = 0;
  const listener: StreamListener = {
    onBytes: () => void count++,
    onFault: (fault) => void faults.push(fault),
  };
  return { listener, faults, heard: () => count };
}

Deno.test("sendForEvents() ends the connection of a stream that is cancelled, or begins with an error", async () => {
  for (const first of [EVENT, ERROR]) {
    const closed = Promise.withResolvers<void>();
    await using server = startServer(async (connection) => {
      await connection.write(START + first);
      await connection.untilClosed();
      closed.resolve();
    });
    if (first === ERROR) await faultOf(open(server.url));
    else await (await open(server.url)).return?.();
    await within(LIMIT_MS, closed.promise, { what: "The end of the connection" });
  }
});

Deno.test("sendForEvents() waits for the first event behind comments, but not behind endless ones", async () => {
  const comment = `: ${"x".repeat(1000)}\n\n`;
  await using server = startServer(async (connection) => {
    await connection.write(START);
    for (let count = 0; count < 400; count++) await connection.write(comment);
    await connection.untilClosed();
  });
  await (await open(server.url)).return?.();
});

Deno.test("The listener of a stream hears of what arrives after the first event", async () => {
  const { listener, faults, heard } = startListening();
  const mayEnd = Promise.withResolvers<void>();
  await using server = startServer(async (connection) => {
    await connection.write(`${HEAD}retry-after: 77\r\nconnection: close\r\n\r\n`);
    await connection.write(`: a comment\n\n${EVENT}`);
    await mayEnd.promise;
    await connection.write(ERROR);
    connection.end();
  });
  const events = await open(server.url, listener);
  assert.equal(heard(), 0);
  mayEnd.resolve();
  while (!(await events.next()).done);
  assert.ok(heard() > 0);
  assert.equal(faults.length, 1);
  assert.equal(faults[0]?.delayMs, 77_000);
});

Deno.test("What follows the beginning of a very long event is not read as an event of its own", async () => {
  const { listener, faults } = startListening();
  const beginning = `data: {"delta":{"text":"${"x".repeat(1024 * 1024)}`;
  const mayGoOn = Promise.withResolvers<void>();
  await using server = startServer(async (connection) => {
    await connection.write(START + EVENT + beginning);
    await mayGoOn.promise;
    await connection.write(`${ERROR.trim()}"}}\n\n`);
    connection.end();
  });
  const events = await open(server.url, listener);
  let length = 0;
  for (let next = await events.next(); !next.done; next = await events.next()) {
    for (const { bytes } of next.value) length += bytes.length;
    if (length === EVENT.length + beginning.length) mayGoOn.resolve();
  }
  assert.equal(length, EVENT.length + beginning.length + ERROR.trim().length + '"}}\n\n'.length);
  assert.deepEqual(faults, []);
});

Deno.test("sendForEvents() says that a response without a body is empty", async () => {
  await using server = startServer((connection) =>
    connection.write("HTTP/1.1 204 No Content\r\ncontent-type: text/event-stream\r\n\r\n")
  );
  assert.match((await faultOf(open(server.url))).message, /an empty response/);
});
