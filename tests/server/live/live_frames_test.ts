/** The messages and the ends of Live sessions. @module */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";
import { type LiveServer, startLiveServer } from "../../support/live_server.ts";

const MIB = 1024 * 1024;
const SETUP = { setup: { model: "models/gemini-live" } };
const READY = '{"setupComplete":{}}';

function gatewayOf(
  server: LiveServer,
  settings: Parameters<TestGateway["apply"]>[0] = {},
): Promise<TestGateway> {
  return startTestGateway({
    accounts: [{ name: "one", key: "planted-key-1", baseUrls: [server.url] }],
    settings,
  });
}

Deno.test("messages of 16 MiB go both ways, as text and as bytes", async () => {
  await using server = startLiveServer();
  await using gateway = await gatewayOf(server);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send(SETUP);
  assert.equal(await client.nextFrame(), READY);
  const bytes = crypto.getRandomValues(new Uint8Array(64 * 1024));
  const binary = new Uint8Array(16 * MIB);
  for (let at = 0; at < binary.length; at += bytes.length) binary.set(bytes, at);
  await client.send(binary);
  const back = await client.nextFrame();
  assert.ok(back instanceof ArrayBuffer && Buffer.compare(Buffer.from(back), binary) === 0);
  const text = "ü".repeat(8 * MIB);
  await client.send(text);
  assert.ok(await client.nextFrame() === text);
});

Deno.test("a larger message of either side ends the session with 1009", async (t) => {
  const tooLarge = new Uint8Array(16 * MIB + 1);
  await t.step("of the client", async () => {
    await using server = startLiveServer();
    await using gateway = await gatewayOf(server);
    await using client = new LiveClient(gateway.url + LIVE_PATH);
    await client.send(SETUP);
    assert.equal(await client.nextFrame(), READY);
    await client.send(tooLarge);
    assert.equal((await client.closed).code, 1009);
    assert.equal(server.sessions[0]?.frames.length, 1);
  });
  await t.step("of upstream", async () => {
    await using server = startLiveServer({
      onFrame({ socket, frames }) {
        socket.send(frames.length === 1 ? READY : tooLarge);
      },
    });
    await using gateway = await gatewayOf(server);
    await using client = new LiveClient(gateway.url + LIVE_PATH);
    await client.send(SETUP);
    assert.equal(await client.nextFrame(), READY);
    await client.send("{}");
    assert.deepEqual(await client.closed, {
      code: 1009,
      reason: "A message is larger than 16 MiB",
    });
  });
});

Deno.test("what the client sends before the session is set up is sent afterwards, in order", async () => {
  const setUp = Promise.withResolvers<void>();
  await using server = startLiveServer({
    onFrame({ socket, frames }) {
      if (frames.length === 1) void setUp.promise.then(() => socket.send(READY));
      if (frames.length === 4) socket.send("all");
    },
  });
  await using gateway = await gatewayOf(server);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send(SETUP);
  for (const text of ["1", "2", "3"]) await client.send(text);
  setUp.resolve();
  assert.equal(await client.nextFrame(), READY);
  assert.equal(await client.nextFrame(), "all");
  assert.deepEqual(server.sessions[0]?.frames.slice(1), ["1", "2", "3"]);
});

Deno.test("codes and reasons of upstream's close reach the client", async (t) => {
  const long = "ü".repeat(61);
  const cases = [
    [1000, "", 1000],
    [1000, "done", 1000],
    [1001, "going", 1001],
    [1007, "Request contains an invalid argument.", 1007],
    [1008, long, 1008],
    [1011, "Deadline expired before operation could complete.", 1011],
    [1013, "try later", 1013],
    [3000, "own", 3000],
    [4999, "own", 4999],
  ] as const;
  for (const [code, reason, told] of cases) {
    await t.step(String(code), async () => {
      await using server = startLiveServer({
        onFrame({ socket, frames }) {
          if (frames.length === 1) return socket.send(READY);
          socket.close(code, reason);
        },
      });
      await using gateway = await gatewayOf(server);
      await using client = new LiveClient(gateway.url + LIVE_PATH);
      await client.send(SETUP);
      assert.equal(await client.nextFrame(), READY);
      await client.send("{}");
      assert.deepEqual(await client.closed, { code: told, reason });
      const call = await gateway.waitForCall();
      assert.equal(call.failure === "", code === 1000 || code === 1001, call.failure);
    });
  }
});

Deno.test("the client's close reaches upstream, with 1000 for codes that Deno cannot send", async (t) => {
  for (const [code, reason] of [[1000, "done"], [3000, "own"], [4999, "ü".repeat(61)]] as const) {
    await t.step(String(code), async () => {
      await using server = startLiveServer();
      await using gateway = await gatewayOf(server);
      await using client = new LiveClient(gateway.url + LIVE_PATH);
      await client.send(SETUP);
      assert.equal(await client.nextFrame(), READY);
      client.close(code, reason);
      assert.deepEqual(await server.sessions[0]?.closed, { code, reason });
      assert.equal((await gateway.waitForCall()).failure, "");
    });
  }
});

Deno.test("a client that goes before the session is set up leaves nothing behind", async () => {
  const arrived = Promise.withResolvers<void>();
  await using server = startLiveServer({ onFrame: () => arrived.resolve() });
  await using gateway = await gatewayOf(server);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send(SETUP);
  await arrived.promise;
  client.close();
  await server.sessions[0]?.closed;
  const call = await gateway.waitForCall();
  assert.equal(call.status, 499);
  assert.equal(gateway.gateway.callCount, 0);
});

Deno.test("a first message that is no setup is refused with 1007", async (t) => {
  await using server = startLiveServer();
  await using gateway = await gatewayOf(server);
  for (
    const [message, reason] of [
      ["{", /^Invalid JSON payload received/],
      ["[]", /^Invalid JSON payload received/],
      ['{"clientContent":{}}', /^The first message of a session must be/],
      ['{"setup":7}', /^The first message of a session must be/],
      [new Uint8Array([0xff, 0xfe]), /not valid UTF-8/],
    ] as const
  ) {
    await t.step(String(message), async () => {
      await using client = new LiveClient(gateway.url + LIVE_PATH);
      await client.send(message);
      const closed = await client.closed;
      assert.equal(closed.code, 1007);
      assert.match(closed.reason, reason);
    });
  }
  assert.equal(server.sessions.length, 0);
});

Deno.test("a client that sends no setup is closed after server.body_timeout", async () => {
  await using server = startLiveServer();
  await using gateway = await gatewayOf(server, { server: { bodyTimeoutMs: 50 } });
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  const { code, reason } = await client.closed;
  assert.equal(code, 1008);
  assert.match(reason, /^The client sent no setup for/);
  assert.equal((await gateway.waitForCall()).status, 408);
});

Deno.test("an upstream that never sets the session up is given up after timeouts.first_byte", async () => {
  await using server = startLiveServer({ onFrame() {} });
  await using gateway = await gatewayOf(server, {
    timeouts: { firstByteMs: 50 },
    routing: { maxAttempts: 1 },
  });
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send(SETUP);
  assert.equal((await client.closed).code, 1011);
  assert.equal((await gateway.waitForCall()).status, 504);
});

Deno.test("a session whose client does not read is closed, and what waits is bounded", async () => {
  const piece = new Uint8Array(MIB);
  const sent = Promise.withResolvers<number>();
  await using server = startLiveServer({
    onFrame({ socket, frames }) {
      if (frames.length === 1) return socket.send(READY);
      let pieces = 0;
      const timer = setInterval(() => {
        if (socket.readyState !== WebSocket.OPEN) {
          clearInterval(timer);
          return sent.resolve(pieces);
        }
        if (socket.bufferedAmount > MIB) return;
        socket.send(piece);
        pieces++;
      }, 1);
    },
  });
  await using gateway = await gatewayOf(server);
  // A client on bare TCP that stops reading.
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await connection.write(new TextEncoder().encode(
    `GET ${LIVE_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  ));
  await connection.read(new Uint8Array(4096));
  await connection.write(frameOf(JSON.stringify(SETUP)));
  await connection.read(new Uint8Array(4096));
  await connection.write(frameOf("{}"));
  const pieces = await sent.promise;
  assert.ok(pieces >= 32 && pieces < 80, `${pieces} MiB`);
  const call = await gateway.waitForCall();
  assert.match(call.failure, /the client reads more slowly/);
});

Deno.test("a session whose upstream does not read is closed", async () => {
  await using upstream = startDeafServer();
  await using gateway = await startTestGateway({
    accounts: [{
      name: "one",
      key: "planted-key-1",
      baseUrls: [`http://127.0.0.1:${upstream.port}`],
    }],
  });
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send(SETUP);
  assert.equal(await client.nextFrame(), READY);
  const piece = new Uint8Array(4 * MIB);
  for (let count = 0; count < 20; count++) await client.send(piece);
  // The client may still be sending when the close arrives, and then sees only a broken connection.
  await client.closed;
  const call = await gateway.waitForCall();
  assert.match(call.failure, /upstream reads more slowly/);
  // It never confirms the close, so the gateway's connection to it lasts as long as the server's.
  upstream.drop();
});

/** A server on bare TCP that sets a session up and then reads nothing more. `drop()` ends its connections. */
function startDeafServer(): AsyncDisposable & { readonly port: number; drop(): void } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const running = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      const buffer = new Uint8Array(8192);
      let head = "";
      while (!head.includes("\r\n\r\n")) {
        const count = await connection.read(buffer) ?? 0;
        head += new TextDecoder().decode(buffer.subarray(0, count));
      }
      const key = /sec-websocket-key: *(\S+)/i.exec(head)?.[1] ?? "";
      const accept = await crypto.subtle.digest(
        "SHA-1",
        new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`),
      );
      await connection.write(new TextEncoder().encode(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${new Uint8Array(accept).toBase64()}\r\n\r\n`,
      ));
      await connection.read(buffer);
      const text = new TextEncoder().encode(READY);
      await connection.write(new Uint8Array([0x81, text.length, ...text]));
    }
  })();
  return {
    port: listener.addr.port,
    drop() {
      for (const connection of connections.splice(0)) connection.close();
    },
    async [Symbol.asyncDispose]() {
      this.drop();
      listener.close();
      await running;
    },
  };
}

/** A client's text message of less than 126 bytes. */
function frameOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array([0x81, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes]);
}
