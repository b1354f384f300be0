import assert from "node:assert/strict";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf, said, textOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const MIB = 1024 * 1024;
const BODY = JSON.stringify(said("Grüße, compressed"));

function bytes(compressed: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(compressed);
}

const HALF = Math.floor(BODY.length / 2);
const MEMBERS = [BODY.slice(0, HALF), BODY.slice(HALF)].map((text) => gzipSync(text));

/**
 * Raw deflate of blocks that are stored as they are.
 *
 * @param first The first byte: its upper five bits mean nothing (RFC 1951 section 3.2.4).
 * @param length Of the first block, in bytes: the second byte of all.
 */
function stored(first: number, length: number): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(BODY);
  const block = (start: number, bytes: Uint8Array) => [
    start,
    bytes.length,
    0,
    0xff - bytes.length,
    0xff,
    ...bytes,
  ];
  return Uint8Array.from([
    ...block(first, text.subarray(0, length)),
    ...block(1, text.subarray(length)),
  ]);
}

/** Ways to send the same body. */
const TAKEN: readonly (readonly [name: string, coding: string, body: Uint8Array<ArrayBuffer>])[] = [
  ["gzip", "gzip", bytes(gzipSync(BODY))],
  ["gzip in capitals, with spaces", " GZIP ", bytes(gzipSync(BODY))],
  ["x-gzip", "x-gzip", bytes(gzipSync(BODY))],
  ["gzip of two members", "gzip", Uint8Array.from(MEMBERS.flatMap((member) => [...member]))],
  ["deflate", "deflate", bytes(deflateSync(BODY))],
  ["deflate without a zlib header", "deflate", bytes(deflateRawSync(BODY))],
  ["deflate that begins with the method of a zlib header", "deflate", stored(8, 31)],
  ["deflate that begins with the sum of a zlib header", "deflate", stored(0, 31)],
  ["Brotli", "br", bytes(brotliCompressSync(BODY))],
  ["none, by name", "identity", new TextEncoder().encode(BODY)],
];

Deno.test("A compressed body reaches upstream as it was before, and nothing says it was compressed", async (t) => {
  await using upstream = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  for (const [name, coding, body] of TAKEN) {
    await t.step(name, async () => {
      const response = await call(gateway.url, { body, headers: { "content-encoding": coding } });
      assert.equal(await textOf(response), "Made up.");
      const seen = upstream.seen.at(-1);
      assert.equal(seen?.body, BODY);
      assert.equal(seen?.headers.get("content-encoding"), null);
    });
  }
  await t.step("nothing, compressed", async () => {
    const response = await call(gateway.url, { body: "", headers: { "content-encoding": "gzip" } });
    await textOf(response);
    assert.equal(upstream.seen.at(-1)?.body, "{}");
  });
});

Deno.test("A body compressed in another way is 415 and says which ways are taken", async (t) => {
  await using gateway = await startEmulatedGateway();
  for (const coding of ["zstd", "compress", "gzip, br", "gzip, gzip", "x".repeat(5000)]) {
    await t.step(coding.slice(0, 20), async () => {
      const response = await call(gateway.url, { headers: { "content-encoding": coding } });
      const error = await errorOf(response);
      assert.deepEqual([error.code, error.status], [415, "INVALID_ARGUMENT"]);
      assert.match(error.message, /gzip, deflate or br/);
      assert.ok(error.message.length < 200);
    });
  }
  assert.deepEqual(gateway.emulator.requests, []);
});

const BROKEN: readonly (readonly [name: string, coding: string, body: Uint8Array<ArrayBuffer>])[] =
  [
    ["JSON that is called gzip", "gzip", new TextEncoder().encode(BODY)],
    ["JSON that is called deflate", "deflate", new TextEncoder().encode(BODY)],
    ["JSON that is called br", "br", new TextEncoder().encode(BODY)],
    ["gzip that ends too soon", "gzip", bytes(gzipSync(BODY).subarray(0, 30))],
    ["gzip without its sum", "gzip", bytes(gzipSync(BODY).subarray(0, -8))],
    ["gzip with a wrong sum", "gzip", bytes(gzipSync(BODY)).fill(0, -8, -4)],
    ["deflate that ends too soon", "deflate", bytes(deflateSync(BODY).subarray(0, 30))],
    ["Brotli that ends too soon", "br", bytes(brotliCompressSync(BODY).subarray(0, 30))],
  ];

Deno.test("A body that is not compressed as it says is 400", async (t) => {
  await using gateway = await startEmulatedGateway();
  for (const [name, coding, body] of BROKEN) {
    await t.step(name, async () => {
      const error = await errorOf(
        await call(gateway.url, { body, headers: { "content-encoding": coding } }),
      );
      assert.deepEqual([error.code, error.status], [400, "INVALID_ARGUMENT"]);
      // Brotli that ends too soon is told of as the JSON that it then is not.
      if (name !== "Brotli that ends too soon") {
        assert.ok(error.message.includes(`not ${coding} as its Content-Encoding says`));
      }
    });
  }
  assert.deepEqual(gateway.emulator.requests, []);
  assert.deepEqual(gateway.problems, []);
});

Deno.test("The limit of bodies counts decompressed bytes, and a bomb costs no more than it", async (t) => {
  const limit = 2 * MIB;
  await using gateway = await startEmulatedGateway({
    settings: { server: { maxBodyBytes: limit } },
  });
  const empty = JSON.stringify(said("")).length;
  const fits = JSON.stringify(said("x".repeat(limit - empty)));
  const more = JSON.stringify(said("x".repeat(limit - empty + 1)));
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const ways = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: (body: string | Uint8Array) => brotliCompressSync(body, quick),
  };
  for (const [coding, compress] of Object.entries(ways)) {
    const send = (body: Uint8Array) =>
      call(gateway.url, { body: bytes(body), headers: { "content-encoding": coding } });
    await t.step(coding, async () => {
      const good = await send(compress(fits));
      await good.body?.cancel();
      assert.equal(good.status, 200);
      assert.equal((await errorOf(await send(compress(more)))).code, 413);
    });
    await t.step(`a bomb of ${coding}`, async () => {
      const bomb = compress(new Uint8Array(256 * MIB));
      const before = Deno.memoryUsage().rss;
      assert.equal((await errorOf(await send(bomb))).code, 413);
      const grown = (Deno.memoryUsage().rss - before) / MIB;
      // Other tests of the process use memory, too.
      assert.ok(grown < 200, `${grown} MiB`);
    });
  }
});
