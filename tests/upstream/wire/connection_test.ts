/** Which connections may carry another request, told without any time passing. @module */
import assert from "node:assert/strict";
import { collect } from "../../../src/upstream/wire/http/collect.ts";
import { Connection } from "../../../src/upstream/wire/connection.ts";
import type { Stream } from "../../../src/upstream/wire/tcp/stream.ts";
import { startRawServer } from "../../support/raw_server.ts";
import { MemoryStream } from "./memory_stream.ts";
import { whole } from "./scripted_server.ts";

const ORIGIN = { isSecure: false, hostname: "127.0.0.1", port: 80, host: "127.0.0.1" };

/** Sends a request over a stream, and tells what became of its connection once the response was read. */
async function fateOf(
  stream: Stream,
  { body, path = "/" }: { readonly body: Uint8Array; readonly path?: string },
): Promise<readonly string[]> {
  const fate: string[] = [];
  const connection = new Connection(stream, {
    origin: ORIGIN,
    owner: {
      onFree: () => fate.push("free"),
      onClosed: () => fate.push("closed"),
      onDeath: () => fate.push("dead"),
    },
  });
  const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`;
  const { signal } = new AbortController();
  const response = await connection.send({ head, body, isHeadOnly: false, signal });
  assert.equal(new TextDecoder().decode(await collect(response)), "good");
  const soFar = [...fate];
  connection.close();
  return soFar;
}

/** Answers at once, and reads only as much as it is told to. */
function startHastyServer({ isReading }: { readonly isReading: boolean }) {
  return startRawServer(async (connection) => {
    if (isReading) await connection.request();
    await connection.write(whole("good"));
    if (isReading) await connection.untilClosed();
  });
}

for (const length of [0, 10, 16 * 1024 + 1, 4 * 1024 * 1024]) {
  Deno.test(`A connection is free once a response is read whose request of ${length} bytes went out whole`, async () => {
    await using server = startHastyServer({ isReading: true });
    const { port, pathname } = new URL(server.url);
    const stream = await Deno.connect({ port: Number(port) });
    assert.deepEqual(await fateOf(stream, { body: new Uint8Array(length), path: pathname }), [
      "free",
    ]);
  });
}

Deno.test("A connection is closed at once where its response came before the request went out whole", async () => {
  await using server = startHastyServer({ isReading: false });
  const { port, pathname } = new URL(server.url);
  const stream = await Deno.connect({ port: Number(port) });
  // More than the buffers of the system take.
  const body = new Uint8Array(64 * 1024 * 1024);
  assert.deepEqual(await fateOf(stream, { body, path: pathname }), ["closed"]);
});

Deno.test("A connection is closed where its request could not be written, though a response came", async () => {
  const response = new TextEncoder().encode(whole("good"));
  const unwritable = new class extends MemoryStream {
    #wasRead = false;

    override async read(buffer: Uint8Array): Promise<number | null> {
      if (this.#wasRead) return await super.read(buffer);
      this.#wasRead = true;
      buffer.set(response);
      return response.length;
    }

    override write(): Promise<number> {
      return Promise.reject(new Deno.errors.BrokenPipe());
    }
  }();
  assert.deepEqual(await fateOf(unwritable, { body: new Uint8Array(10) }), ["closed"]);
});
