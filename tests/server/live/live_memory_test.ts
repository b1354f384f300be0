/** What clients that do not read, or do not answer a close, can hold of the gateway's memory. @module */
import assert from "node:assert/strict";
import { startTestGateway } from "../../support/gateway.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";
import { startLiveServer } from "../../support/live_server.ts";

const MIB = 1024 * 1024;
const SETUP = '{"setup":{"model":"models/gemini-live"}}';

/** Asks for a WebSocket, and returns the connection and the status of the response. */
async function rawSocket(port: number, path: string): Promise<readonly [Deno.Conn, number]> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = [
    ...[`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, "Upgrade: websocket"],
    ...["Connection: Upgrade", "Sec-WebSocket-Version: 13"],
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(4096);
  const count = await connection.read(buffer) ?? 0;
  const text = new TextDecoder().decode(buffer.subarray(0, count));
  return [connection, Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])];
}

/** A text message, masked with zeros. */
function masked(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  assert.ok(bytes.length < 126);
  return Uint8Array.of(0x81, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes);
}

async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!await check()) {
    assert.ok(performance.now() < endMs, "it took longer than 30 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("few refused clients can leave the close unanswered; further ones are refused by HTTP", async () => {
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", key: "planted-key-1", baseUrls: ["http://127.0.0.1:9"] }],
    settings: { auth: { apiKey: "planted-gateway-key" } },
  });
  const silent: Deno.Conn[] = [];
  for (let count = 0; count < 8; count++) {
    const [connection, status] = await rawSocket(gateway.port, LIVE_PATH);
    silent.push(connection);
    assert.equal(status, 101);
  }
  const [refused, status] = await rawSocket(gateway.port, LIVE_PATH);
  refused.close();
  assert.equal(status, 401);
  for (const connection of silent) connection.close();
  await untilTrue(async () => {
    const [connection, status] = await rawSocket(gateway.port, LIVE_PATH);
    connection.close();
    return status === 101;
  });
});

Deno.test("the end of all sessions waits for sockets that are being closed already", async () => {
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", key: "planted-key-1", baseUrls: ["http://127.0.0.1:9"] }],
    settings: { auth: { apiKey: "planted-gateway-key" } },
  });
  const [refused, status] = await rawSocket(gateway.port, LIVE_PATH);
  assert.equal(status, 101);
  let isOver = false;
  const over = gateway.gateway.endSessions().then(() => isOver = true);
  const response = await fetch(`${gateway.url}/healthz`);
  await response.body?.cancel();
  assert.equal(isOver, false);
  refused.close();
  await over;
});

Deno.test("what waits for all sessions together is bounded, also after their end", async () => {
  await using server = startLiveServer({
    onFrame({ socket, frames }) {
      if (frames.length === 1) socket.send('{"setupComplete":{}}');
      const message = new Uint8Array(MIB);
      for (let count = 0; count < 60; count++) socket.send(message);
    },
  });
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", key: "planted-key-1", baseUrls: [server.url] }],
    settings: { server: { maxMemoryBytes: 16 * MIB } },
  });
  const [silent] = await rawSocket(gateway.port, LIVE_PATH);
  await silent.write(masked(SETUP));
  const call = await gateway.waitForCall();
  assert.match(call.failure, /the client reads more slowly than upstream sends/);
  {
    await using client = new LiveClient(gateway.url + LIVE_PATH);
    const { code, reason } = await client.closed;
    assert.equal(code, 1011);
    assert.match(reason, /^Too much waits for Live clients/);
  }
  silent.close();
  await untilTrue(async () => {
    await using client = new LiveClient(gateway.url + LIVE_PATH);
    await client.send(SETUP);
    return await client.nextFrame().then(() => true, () => false);
  });
});
