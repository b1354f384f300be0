/** What proxies say when they are asked for a tunnel. @module */
import assert from "node:assert/strict";
import { openHttpTunnel, openSocksTunnel } from "../../../../src/upstream/wire/tcp/proxy_tunnel.ts";

const TO = { hostname: "example.com", port: 8443 };
const LOGIN = { username: "ada", password: "planted" };
const PROXY = { url: "http://127.0.0.1:1" };

/** A connection on which those bytes come, so many at once, and on which one byte at a time leaves. */
function wireOf(reply: readonly number[], atOnce = reply.length) {
  const rest = [...reply];
  const written: number[] = [];
  return {
    rest,
    written,
    read(buffer: Uint8Array): Promise<number | null> {
      const bytes = rest.splice(0, Math.min(atOnce, buffer.length));
      buffer.set(bytes);
      return Promise.resolve(bytes.length === 0 ? null : bytes.length);
    },
    write(bytes: Uint8Array): Promise<number> {
      written.push(...bytes.subarray(0, 1));
      return Promise.resolve(1);
    },
  };
}

const bytesOf = (text: string) => [...new TextEncoder().encode(text)];

for (
  const [reply, told] of [
    ["HTTP/1.1 407 Who\r\n\r\n", /asks for another user name and password/],
    ["HTTP/1.1 403 No\r\n\r\n", /refused the tunnel with 403/],
    ["HTTP/1.1 302 Moved\r\n\r\n", /refused the tunnel with 302/],
    ["HTTP/1.1 200 Conn", /closed the connection/],
    [`HTTP/1.1 200 Fine\r\nx: ${"y".repeat(5000)}\r\n\r\n`, /sent too much/],
  ] as const
) {
  Deno.test(`openHttpTunnel() tells of "${reply.slice(0, 17)}"`, async () => {
    await assert.rejects(openHttpTunnel(wireOf(bytesOf(reply)), TO, PROXY), told);
  });
}

Deno.test("openHttpTunnel() reads no head without end", async () => {
  const wire = wireOf(bytesOf(`HTTP/1.1 200 Fine\r\nx: ${"y".repeat(20_000)}\r\n\r\n`), 1000);
  await assert.rejects(openHttpTunnel(wire, TO, PROXY), /sent too much/);
});

Deno.test("openHttpTunnel() takes each 2xx, in pieces, with loose line ends, and names addresses in brackets", async () => {
  for (const reply of ["HTTP/1.1 200 Fine\r\n\r\n", "HTTP/1.0 204 Fine\nvia: x\n\n"]) {
    const wire = wireOf(bytesOf(reply), 1);
    await openHttpTunnel(wire, { hostname: "::1", port: 443 }, PROXY);
    assert.match(
      String.fromCharCode(...wire.written),
      /^CONNECT \[::1\]:443 HTTP\/1\.1\r\nhost: \[::1\]:443\r\n\r\n$/,
    );
  }
});

const CONNECTED = {
  "an IPv4 address": [1, 9, 9, 9, 9],
  "a name": [3, 2, 9, 9],
  "an IPv6 address": [4, ...Array<number>(16).fill(9)],
};

for (const [what, place] of Object.entries(CONNECTED)) {
  Deno.test(`openSocksTunnel() reads no byte behind the response, with ${what}`, async () => {
    const wire = wireOf([5, 0, 5, 0, 0, ...place, 9, 9, 77]);
    await openSocksTunnel(wire, TO, PROXY);
    assert.deepEqual(wire.rest, [77]);
    const asked = [5, 1, 0, 3, 11, ...bytesOf("example.com"), 0x20, 0xfb];
    assert.deepEqual(wire.written, [5, 1, 0, ...asked]);
  });
}

for (
  const [reply, told] of [
    [[5, 0xff], /asks for a user name and password/],
    [[5, 2], /asks for a user name and password/],
    [[5, 0, 5, 1, 0, 1], /did not connect: code 1/],
    [[5, 0, 5, 2, 0, 1], /its rules do not allow/],
    [[5, 0, 5, 5, 0, 1], /the connection was refused/],
    [[5, 0, 5, 0], /closed the connection/],
  ] as const
) {
  Deno.test(`openSocksTunnel() tells of ${reply}`, async () => {
    await assert.rejects(openSocksTunnel(wireOf(reply), TO, PROXY), told);
  });
}

Deno.test("openSocksTunnel() signs in only with the method that is chosen", async () => {
  const end = [5, 0, 0, 1, 9, 9, 9, 9, 9, 9];
  const words = [1, 3, ...bytesOf("ada"), 7, ...bytesOf("planted")];
  for (const [chosen, between, sent] of [[0, [], []], [2, [1, 0], words]] as const) {
    const wire = wireOf([5, chosen, ...between, ...end]);
    await openSocksTunnel(wire, TO, { ...PROXY, login: LOGIN });
    assert.deepEqual(wire.written.slice(0, 4 + sent.length + 1), [5, 2, 0, 2, ...sent, 5]);
  }
  const refused = openSocksTunnel(wireOf([5, 2, 1, 1]), TO, { ...PROXY, login: LOGIN });
  await assert.rejects(refused, /refused the user name and password/);
});

Deno.test("openSocksTunnel() refuses a name that is too long for it", async () => {
  const to = { hostname: "a".repeat(256), port: 1 };
  await assert.rejects(openSocksTunnel(wireOf([5, 0]), to, PROXY), /takes no name that is so long/);
});
