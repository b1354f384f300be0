import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, checkedError, errorOf, said } from "../../support/gemini_call.ts";
import { encode, rawRequest, readResponse, writeAll } from "../../support/raw_http.ts";

const TARGET = "/v1beta/models/gemini-2.5-flash:generateContent";

/** A good body of that many bytes. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify(said(""));
  return JSON.stringify(said("x".repeat(bytes - empty.length)));
}

/** A body as a stream: fetch then sends it in chunks, without saying how long it is. */
function chunked(body: string): ReadableStream<Uint8Array> {
  return new Blob([body]).stream();
}

const MIB = 1024 * 1024;

/** Limits below and above the size up to which a body is read in one go. */
for (const [limit, mebibytes] of [[4000, "0.004"], [2 * MIB, "2"]] as const) {
  Deno.test(`A body of ${limit} bytes is taken where that is the limit, one more byte is 413`, async (t) => {
    await using gateway = await startEmulatedGateway({
      settings: { server: { maxBodyBytes: limit } },
    });
    for (const [name, wrap] of [["declared", String], ["chunked", chunked]] as const) {
      await t.step(name, async () => {
        gateway.emulator.clear();
        const good = await call(gateway.url, { body: wrap(bodyOf(limit)) });
        await good.body?.cancel();
        assert.equal(good.status, 200);
        assert.equal(gateway.emulator.requests[0]?.bodyLength, limit);
        const error = await errorOf(await call(gateway.url, { body: wrap(bodyOf(limit + 1)) }));
        assert.deepEqual([error.code, error.status], [413, "INVALID_ARGUMENT"]);
        assert.ok(error.message.includes(` larger than ${mebibytes} MiB, `), error.message);
        assert.equal(gateway.emulator.requests.length, 1);
      });
    }
  });
}

Deno.test("A body that is declared too long is refused before it comes", async () => {
  await using gateway = await startEmulatedGateway();
  const response = await rawRequest(
    gateway.port,
    `POST ${TARGET} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${101 * MIB}\r\n` +
      "Connection: close\r\n\r\n{",
  );
  const error = checkedError(413, response.body);
  assert.match(error.message, /larger than 100 MiB, .*; server\.max_body_mib raises it$/);
});

Deno.test("A body of chunks is refused where the limit is, not at its end", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { maxBodyBytes: 100_000 } },
  });
  const response = await rawRequest(
    gateway.port,
    `POST ${TARGET} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `186a1\r\n${" ".repeat(100_001)}\r\n`,
  );
  assert.equal(checkedError(413, response.body).status, "INVALID_ARGUMENT");
});

/** Begins a request and gives what the gateway says to it, though it never ends. */
async function beginRequest(port: number, headers: string, trickle?: string) {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(
    connection,
    encode(`POST ${TARGET} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`),
  );
  const timer = trickle === undefined
    ? undefined
    : setInterval(() => connection.write(encode(trickle)).catch(() => {}), 20);
  try {
    return await readResponse(connection);
  } finally {
    clearInterval(timer);
  }
}

const SLOW: readonly (readonly [name: string, headers: string, trickle?: string])[] = [
  ["declared, and nothing comes", "Content-Length: 100"],
  ["declared, of many megabytes, and nothing comes", `Content-Length: ${50 * MIB}`],
  ["chunked, and nothing comes", "Transfer-Encoding: chunked"],
  ["declared, and comes byte by byte", "Content-Length: 1000", " "],
  ["chunked, and comes byte by byte", "Transfer-Encoding: chunked", "1\r\n \r\n"],
];

Deno.test("A body that takes too long is 408", async (t) => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { bodyTimeoutMs: 200 } },
  });
  for (const [name, headers, trickle] of SLOW) {
    await t.step(name, async () => {
      const startedAt = performance.now();
      const response = await beginRequest(gateway.port, headers, trickle);
      const error = checkedError(408, response.body);
      assert.equal(error.status, "DEADLINE_EXCEEDED");
      assert.match(error.message, /within 0.2 s/);
      const tookMs = performance.now() - startedAt;
      assert.ok(tookMs > 190 && tookMs < 30_000, `${tookMs} ms`);
    });
  }
  assert.deepEqual(gateway.emulator.requests, []);
  const health = await fetch(`${gateway.url}/healthz`);
  assert.deepEqual(await health.json(), { status: "ok" });
});

const HALVES: readonly (readonly [name: string, headers: string])[] = [
  ["declared", "Content-Length: 100000"],
  ["declared, of many megabytes", `Content-Length: ${50 * MIB}`],
  ["chunked", "Transfer-Encoding: chunked"],
];

Deno.test("A client that breaks off in its body costs no account and leaves the gateway well", async (t) => {
  await using gateway = await startEmulatedGateway();
  for (const [index, [name, headers]] of HALVES.entries()) {
    await t.step(name, async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
      const head = `POST ${TARGET} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`;
      await writeAll(connection, encode(`${head}1f4\r\n{"contents":`));
      connection.close();
      await gateway.waitForCall(() => gateway.calls.length > index * 2);
      const response = await call(gateway.url);
      await response.body?.cancel();
      assert.equal(response.status, 200);
    });
  }
  assert.equal(gateway.emulator.requests.length, HALVES.length);
  const failures = gateway.calls.filter(({ failure }) => failure !== "");
  assert.equal(failures.length, HALVES.length);
  assert.ok(failures.every(({ account, status }) => account === "" && status < 500));
  assert.deepEqual(gateway.problems, []);
});
