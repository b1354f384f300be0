/** Responses with large or loose heads, and responses that come compressed. @module */
import assert from "node:assert/strict";
import { once } from "node:events";
import zlib from "node:zlib";
import fc from "fast-check";
import { collect, ResponseTooLong } from "../../../../src/upstream/wire/http/collect.ts";
import { DirectConnections } from "../../../../src/upstream/wire/direct_connections.ts";
import type { HttpResponse } from "../../../../src/upstream/wire/connections.ts";
import { type Script, startScriptedServer, whole } from "../scripted_server.ts";

function start() {
  const connections = new DirectConnections({});
  return {
    ask: (url: string): Promise<HttpResponse> =>
      connections.send({
        method: "POST",
        url: `${url}/v1beta/models/m:generateContent`,
        headers: {},
        signal: new AbortController().signal,
      }),
    [Symbol.dispose]: () => connections.close(),
  };
}

async function textOf(response: HttpResponse): Promise<string> {
  return new TextDecoder().decode(await collect(response));
}

Deno.test("A head of 9 KB of Set-Cookie is read, and the connection is used again", async () => {
  const cookies = `set-cookie: a=${"b".repeat(3000)}\r\n`.repeat(3);
  await using server = startScriptedServer((index) => [whole(`answer ${index}`, cookies)]);
  using at = start();
  for (let index = 0; index < 3; index++) {
    assert.equal(await textOf(await at.ask(server.url)), `answer ${index}`);
  }
  assert.equal(server.connectionCount, 1);
});

Deno.test("Heads up to 64 KiB are read, behind notices and wherever they are cut", async () => {
  let script: Script = [];
  await using server = startScriptedServer(() => script);
  using at = start();
  const sizes = fc.integer({ min: 1, max: 63 * 1024 });
  const ends = fc.array(fc.nat(), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sizes, ends, fc.boolean(), async (size, cuts, isNotified) => {
      const notice = isNotified ? `HTTP/1.1 103 Early Hints\r\nb: ${"c".repeat(9000)}\r\n\r\n` : "";
      script = cut(notice + whole("good", `a: ${"b".repeat(size)}\r\n`), cuts);
      const response = await at.ask(server.url);
      assert.equal(response.header("a")?.length, size);
      assert.equal(await textOf(response), "good");
    }),
    { numRuns: 40 },
  );
  assert.equal(server.connectionCount, 1);
});

for (
  const [what, rest] of [
    ["a declared length", "content-length: 25\n\ndata: {}\r\n\r\ndata: {}\r\n\r\n!"],
    [
      "chunks",
      "transfer-encoding: chunked\r\n\r\nc\r\ndata: {}\r\n\r\n\r\nd\r\ndata: {}\r\n\r\n!\r\n0\r\n\r\n",
    ],
    [
      "chunks that end their lines loosely, too",
      "transfer-encoding: chunked\n\nc\ndata: {}\r\n\r\n\nd\ndata: {}\r\n\r\n!\n0\n\n",
    ],
    ["no length", "connection: close\n\ndata: {}\r\n\r\ndata: {}\r\n\r\n!"],
  ] as const
) {
  Deno.test(`A head whose lines end in bare line feeds is read, with ${what}, wherever it is cut`, async () => {
    let script: Script = [];
    await using server = startScriptedServer(() => [...script, "close"]);
    using at = start();
    const text = "HTTP/1.1 200 OK\ncontent-type: text/event-stream\n" + rest;
    const cuts = fc.array(fc.nat(), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (cuts) => {
        script = cut(text, cuts);
        const response = await at.ask(server.url);
        assert.equal(response.header("content-type"), "text/event-stream");
        assert.equal(await textOf(response), "data: {}\r\n\r\ndata: {}\r\n\r\n!");
      }),
      { numRuns: 30 },
    );
  });
}

Deno.test("A connection is not used again behind a head whose lines end in bare line feeds", async () => {
  await using server = startScriptedServer(() => ["HTTP/1.1 200 OK\ncontent-length: 4\n\ngood"]);
  using at = start();
  for (let index = 0; index < 2; index++) {
    assert.equal(await textOf(await at.ask(server.url)), "good");
  }
  assert.equal(server.connectionCount, 2);
});

const BODY = new TextEncoder().encode("Grüße, 😀! ".repeat(3000));
const gzip = (body: Uint8Array) => zlib.gzipSync(body);
const half = BODY.length / 2;

const ENCODED: readonly (readonly [what: string, coding: string, bytes: Uint8Array])[] = [
  ["gzip", "gzip", gzip(BODY)],
  ["gzip by its old name", "X-GZip", gzip(BODY)],
  ["gzip of two members", "gzip", joined(gzip(BODY.subarray(0, half)), gzip(BODY.subarray(half)))],
  [
    "gzip of an empty and a full member",
    "gzip",
    joined(gzip(new Uint8Array()), gzip(BODY)),
  ],
  ["gzip padded with zeros", "gzip", joined(gzip(BODY), new Uint8Array(9000))],
  ["deflate", "deflate", zlib.deflateSync(BODY)],
  ["deflate without its header", "deflate", zlib.deflateRawSync(BODY)],
  ["br", "br", zlib.brotliCompressSync(BODY)],
  ["zstd", "zstd", zlib.zstdCompressSync(BODY)],
  ["gzip within br", "gzip, br", zlib.brotliCompressSync(gzip(BODY))],
  ["nothing, as it says", "identity", BODY],
];

for (const [what, coding, bytes] of ENCODED) {
  Deno.test(`A response in ${what} is read as it was before, wherever it is cut`, async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\n` +
      `content-length: ${bytes.length}\r\n\r\n`;
    let cuts: readonly number[] = [];
    await using server = startScriptedServer(() => [head, ...cut(bytes, cuts)]);
    using at = start();
    for (const places of [[], [1], [5, 11, 40], [bytes.length - 1]]) {
      cuts = places;
      assert.deepEqual(await collect(await at.ask(server.url)), BODY);
    }
    assert.equal(server.connectionCount, 1);
  });
}

for (
  const [coding, compress] of [
    ["gzip", zlib.gzipSync],
    ["br", zlib.brotliCompressSync],
    ["zstd", zlib.zstdCompressSync],
  ] as const
) {
  Deno.test(`Others get their turns while a small response in ${coding} becomes a large one`, async () => {
    const size = 64 * 1024 * 1024;
    const bytes = compress(new Uint8Array(size));
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\n` +
      `content-length: ${bytes.length}\r\n\r\n`;
    await using server = startScriptedServer(() => [head, bytes]);
    using at = start();
    const response = await at.ask(server.url);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    let length = 0;
    for (let next = await response.read(); next !== undefined; next = await response.read()) {
      length += next.length;
    }
    clearInterval(timer);
    assert.equal(length, size);
    // One in about 1 MiB; without them there are as few as there are reads of the compressed bytes.
    assert.ok(turns >= 32, `${turns} turns`);
  });
}

for (
  const [what, make] of [
    ["gzip", () => zlib.createGzip()],
    ["br", () => zlib.createBrotliCompress()],
    ["zstd", () => zlib.createZstdCompress()],
  ] as const
) {
  Deno.test(`An event of a stream in ${what} is given as soon as it has come`, async () => {
    const encoder = make();
    const pieces: Uint8Array[] = [];
    encoder.on("data", (piece: Uint8Array) => pieces.push(piece));
    encoder.write("data: one\r\n\r\n");
    await new Promise<void>((resolve) => encoder.flush(() => resolve()));
    const first = pieces.splice(0).map((piece) => new Uint8Array(piece));
    encoder.end();
    await once(encoder, "end");
    await using server = startScriptedServer(() => [
      `HTTP/1.1 200 OK\r\ncontent-encoding: ${what}\r\n\r\n`,
      ...first,
    ]);
    using at = start();
    const response = await at.ask(server.url);
    let text = "";
    while (text.length < 13) text += new TextDecoder().decode(await response.read());
    assert.equal(text, "data: one\r\n\r\n");
    // The server sends no more: giving up is what closes the connection.
    const next = response.read();
    await response.cancel();
    assert.equal(await next, undefined);
    await server.closed(1);
  });
}

for (
  const [what, bytes] of [
    ["is cut", gzip(BODY).subarray(0, -9)],
    ["is cut in its second member", joined(gzip(BODY), gzip(BODY).subarray(0, 30))],
    ["is none", new TextEncoder().encode("not compressed at all")],
  ] as const
) {
  Deno.test(`A response in gzip that ${what} fails, and does not just end`, async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n` +
      `content-length: ${bytes.length}\r\n\r\n`;
    await using server = startScriptedServer(() => [head, bytes]);
    using at = start();
    await assert.rejects(collect(await at.ask(server.url)));
  });
}

Deno.test("A compressed response that is broken off fails", async () => {
  const bytes = gzip(BODY);
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n` +
    `content-length: ${bytes.length}\r\n\r\n`;
  await using server = startScriptedServer(() => [head, bytes.subarray(0, 20), "close"]);
  using at = start();
  await assert.rejects(
    collect(await at.ask(server.url)),
    /closed before the response was complete/,
  );
});

Deno.test("A compressed response without content is one without content", async () => {
  await using server = startScriptedServer(() => [whole("", "content-encoding: gzip\r\n")]);
  using at = start();
  assert.equal(await textOf(await at.ask(server.url)), "");
});

for (
  const [what, coding, bytes] of [
    ["gzip", "gzip", bomb((body) => zlib.gzipSync(body, { level: 1 }))],
    [
      "br",
      "br",
      bomb((body) =>
        zlib.brotliCompressSync(body, {
          params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
        })
      ),
    ],
    ["zstd", "zstd", bomb((body) => zlib.zstdCompressSync(body))],
    ["gzip within gzip", "gzip, gzip", gzip(bomb((body) => zlib.gzipSync(body, { level: 1 })))],
  ] as const
) {
  Deno.test(`A bomb in ${what} costs no more than the limit, and is given up`, async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\n` +
      `content-length: ${bytes.length}\r\n\r\n`;
    await using server = startScriptedServer(() => [head, bytes]);
    using at = start();
    await assert.rejects(collect(await at.ask(server.url)), ResponseTooLong);
    // Read piece by piece, a piece stays small, however much is behind it.
    const response = await at.ask(server.url);
    assert.ok((await response.read() ?? []).length <= 64 * 1024);
    await response.cancel();
  });
}

/** 128 MiB of zeros, compressed. */
function bomb(compress: (body: Uint8Array) => Uint8Array): Uint8Array {
  return new Uint8Array(compress(new Uint8Array(128 * 1024 * 1024)));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Cut at those places. */
function cut(whole: string | Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const bytes = typeof whole === "string" ? new TextEncoder().encode(whole) : whole;
  const places = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length];
  const ends = [...new Set(places)].sort((a, b) => a - b);
  return ends.slice(1).map((end, index) => bytes.slice(ends[index], end));
}
