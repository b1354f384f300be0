/** How much of an upload is held, how long it may take, and how large it may be. @module */
import assert from "node:assert/strict";
import { uploadBody } from "../../../src/server/body/upload_body.ts";
import { CallWatch } from "../../../src/server/call/call_watch.ts";
import { startTestGateway, type TestGatewayOptions } from "../../support/gateway.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { rawRequest } from "../../support/raw_http.ts";
import { type RawConnection, startRawServer } from "../../support/raw_server.ts";
import { begun, errorIn, fileIn, goOn, send, start } from "./upload_calls.ts";

const PIECE = 64 * 1024;
const MIB = 1024 * 1024;
const FILE = '{"file":{"name":"files/abc"}}';
const OK =
  `HTTP/1.1 200 OK\r\nx-goog-upload-status: final\r\ncontent-length: ${FILE.length}\r\n\r\n${FILE}`;

/** A gateway before an upstream on bare TCP. */
function gatewayBefore(url: string, settings: TestGatewayOptions["settings"] = {}) {
  return startTestGateway({
    accounts: [{ name: "one", baseUrls: [url], key: "planted-key" }],
    settings,
  });
}

/** Sends a whole file whose bytes come from a stream. */
function sendWhole(gatewayUrl: string, body: BodyInit, headers: Record<string, string> = {}) {
  const url = `${gatewayUrl}/upload/v1beta/files?uploadType=media`;
  return send(url, { "content-type": "text/plain", ...headers }, { body });
}

/** Reads the rest of a body of zeros in chunks. */
async function untilLastChunk(connection: RawConnection): Promise<void> {
  for (
    let piece = await connection.bytes();
    piece !== undefined;
    piece = await connection.bytes()
  ) {
    if (new TextDecoder().decode(piece.subarray(-5)) === "0\r\n\r\n") return;
  }
}

/** How many bytes come until the client closes the connection. */
async function countBytes(connection: RawConnection): Promise<number> {
  let bytes = 0;
  for (
    let piece = await connection.bytes();
    piece !== undefined;
    piece = await connection.bytes()
  ) {
    bytes += piece.length;
  }
  return bytes;
}

/** Lets everything run that is ready. */
async function severalTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done));
}

Deno.test("uploadBody() reads a piece only when the one before was taken", async () => {
  let given = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      given++;
      controller.enqueue(new Uint8Array(PIECE));
      if (given === 1000) controller.close();
    },
  }, { highWaterMark: 0 });
  const headers = { "content-length": String(1000 * PIECE) };
  const request = new Request("http://localhost/", { method: "POST", body: stream, headers });
  const limits = { firstByteMs: 1000, idleMs: 1000, totalMs: 1000 };
  const watch = new CallWatch(Date);
  const call = watch.add(request, limits);
  const record = { bytesIn: 0 };
  const body = uploadBody(call, { maxBytes: Infinity, offset: 0, record });
  await severalTurns();
  assert.equal(given, 0, "Nothing is read before it is asked for");
  let taken = 0;
  for (let piece = await body.peek(); piece !== undefined; piece = await body.peek()) {
    assert.ok(
      given * PIECE - taken <= 2 * PIECE,
      `${given} pieces were read, ${taken} bytes taken`,
    );
    assert.ok(piece.length <= PIECE);
    taken += piece.length;
    body.take();
    if (taken <= 3 * PIECE) await severalTurns();
  }
  assert.equal(taken, 1000 * PIECE);
  assert.equal(record.bytesIn, taken);
  call.finish();
  watch.close();
});

Deno.test("A slow upstream makes the client wait, and the gateway buffers little meanwhile", async () => {
  const goAhead = Promise.withResolvers<void>();
  const hasBegun = Promise.withResolvers<void>();
  const length = 256 * MIB;
  await using upstream = startRawServer(async (connection) => {
    await connection.bytes();
    hasBegun.resolve();
    await goAhead.promise;
    await untilLastChunk(connection);
    await connection.write(OK);
  });
  await using gateway = await gatewayBefore(upstream.url);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += PIECE;
      controller.enqueue(new Uint8Array(PIECE));
      if (sent === length) controller.close();
    },
  }, { highWaterMark: 0 });
  const response = sendWhole(gateway.url, body);
  await hasBegun.promise;
  // The kernel's buffers of both connections take some MiB.
  for (let before = -1; before !== sent; await new Promise((done) => setTimeout(done, 300))) {
    before = sent;
  }
  assert.ok(sent < 64 * MIB, `The client could send ${sent} bytes while upstream took none`);
  goAhead.resolve();
  assert.equal(await fileIn(await response), "files/abc");
  assert.equal(sent, length);
});

Deno.test("Uploads count neither as bodies nor against the total time", async () => {
  await using gateway = await startEmulatedGateway({
    settings: {
      server: { maxBodyBytes: 1000, maxMemoryBytes: 1000, bodyTimeoutMs: 300 },
      timeouts: { firstByteMs: 300, idleMs: 20_000, totalMs: 300 },
    },
  });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (let piece = 0; piece < 10; piece++) {
        await new Promise((done) => setTimeout(done, 150));
        controller.enqueue(new Uint8Array(10_000));
      }
      controller.close();
    },
  });
  assert.match(await fileIn(await sendWhole(gateway.url, body)), /^files/);
});

Deno.test("A file that is larger than files.max_upload_mib is refused as soon as that is known", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { files: { maxUploadBytes: MIB } },
  });
  const { emulator, url } = gateway;
  const refusals = [
    await start(url, { "x-goog-upload-header-content-length": String(MIB + 1) }),
    await sendWhole(url, new Uint8Array(MIB + 1)),
    await send(`${url}/upload/v1beta/files?uploadType=resumable`, {
      "x-upload-content-length": String(MIB + 1),
    }),
  ];
  assert.deepEqual(emulator.requests, []);
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(PIECE)),
  });
  refusals.push(await sendWhole(url, endless));
  const address = await begun(url);
  refusals.push(await goOn(address, "upload, finalize", { offset: MIB, body: "x" }));
  for (const refusal of refusals) {
    const { code, message } = await errorIn(refusal);
    assert.equal(code, 413, message);
    assert.match(message, /larger than 1 MiB.*files\.max_upload_mib/);
  }
  assert.deepEqual(emulator.files(emulator.projectOf("one")).list(), []);
});

Deno.test("A client that stops sending gets 408, and the account is not at fault", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
    settings: { timeouts: { idleMs: 500 } },
  });
  const head = "POST /upload/v1beta/files?uploadType=media HTTP/1.1\r\nhost: 127.0.0.1\r\n" +
    "content-type: text/plain\r\ncontent-length: 10\r\n\r\nhello";
  const { status, body } = await rawRequest(gateway.port, head);
  assert.equal(status, 408);
  assert.match(body, /The client sent nothing for 0\.5 s/);
  const { failedTries } = await gateway.waitForCall();
  assert.deepEqual(failedTries, []);
});

Deno.test("An upstream that stops reading ends the upload with 504", async () => {
  const isOver = Promise.withResolvers<void>();
  await using upstream = startRawServer(async (connection) => {
    await connection.bytes();
    await isOver.promise;
  });
  await using gateway = await gatewayBefore(upstream.url, { timeouts: { idleMs: 500 } });
  const error = await errorIn(await sendWhole(gateway.url, new Uint8Array(64 * MIB)));
  isOver.resolve();
  assert.equal(error.code, 504, error.message);
});

Deno.test("A refusal reaches a client that is still sending, and no chunk is sent twice", async () => {
  const refusal = '{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}';
  await using upstream = startRawServer(async (connection) => {
    await connection.bytes();
    await connection.write(
      `HTTP/1.1 429 Too Many\r\ncontent-type: application/json\r\ncontent-length: ${refusal.length}\r\n\r\n${refusal}`,
    );
    await connection.untilClosed();
  });
  await using gateway = await gatewayBefore(upstream.url);
  // As Python's http.client, this client reads nothing before it has sent everything.
  const head = "POST /upload/v1beta/files?uploadType=media HTTP/1.1\r\nhost: 127.0.0.1\r\n" +
    `content-length: ${8 * MIB}\r\n\r\n`;
  const { status, body } = await rawRequest(gateway.port, head + "x".repeat(8 * MIB));
  assert.equal(status, 429);
  assert.match(body, /RESOURCE_EXHAUSTED/);
  assert.equal(upstream.connectionCount, 1);
});

Deno.test("A client that disconnects ends the upload upstream", async () => {
  const over = Promise.withResolvers<number>();
  await using upstream = startRawServer(async (connection) => {
    over.resolve(await countBytes(connection));
  });
  await using gateway = await gatewayBefore(upstream.url);
  const length = 8 * MIB;
  {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
    const head = "POST /upload/v1beta/files?uploadType=media HTTP/1.1\r\nhost: 127.0.0.1\r\n" +
      `content-length: ${length}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head + "x".repeat(1000)));
    while (upstream.connectionCount === 0) await new Promise((done) => setTimeout(done, 10));
  }
  assert.ok(await over.promise < length);
});
