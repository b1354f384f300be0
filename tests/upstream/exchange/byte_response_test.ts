/** Responses that are streamed as bytes, and their redirects. @module */
import assert from "node:assert/strict";
import { sendForBytes } from "../../../src/upstream/exchange/byte_response.ts";
import type { Exchange } from "../../../src/upstream/exchange/exchange.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { DirectConnections } from "../../../src/upstream/wire/direct_connections.ts";
import { within } from "../../support/deadline.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";
import { startRawServer } from "../../support/raw_server.ts";
import { GOOGLE_AUTHORITY, GOOGLE_CERTIFICATE } from "../../support/test_certificate.ts";
import { faultOf } from "../../support/upstream_call.ts";

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

const CREDENTIALS = {
  "x-goog-api-key": "planted-key",
  "authorization": "Bearer planted-token",
  "x-goog-user-project": "planted-project",
};

/** One request that a server got. */
interface Seen {
  /** `account`, or the host of Google. */
  readonly host: string;
  readonly path: string;
  readonly headers: Headers;
}

/**
 * Follows redirects between an account's own server and a server that has all of Google's names.
 *
 * @param locations Where the first request is redirected to, the second, and so on; `BASE` is the account's
 * server. The request after them gets the bytes.
 */
async function redirected(
  locations: readonly string[],
  { status = 302, headers = {} }: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
) {
  const seen: Seen[] = [];
  let base = "";
  function respond(request: Request): Response {
    const { host, pathname } = new URL(request.url);
    const { length } = seen;
    seen.push({
      host: host.startsWith("127.") ? "account" : host,
      path: pathname,
      headers: new Headers(request.headers),
    });
    const location = locations[length]?.replace("BASE", base);
    return location === undefined
      ? new Response("the bytes")
      : new Response("moved", { status, headers: location === "" ? {} : { location } });
  }
  const place = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const account = Deno.serve(place, respond);
  const google = Deno.serve({ ...place, ...GOOGLE_CERTIFICATE }, respond);
  await using proxy = startHttpProxy({
    target: { hostname: "127.0.0.1", port: google.addr.port },
  });
  base = `http://127.0.0.1:${account.addr.port}`;
  const connections = new DirectConnections({
    idleTimeoutMs: 0,
    caCerts: [GOOGLE_AUTHORITY],
    proxyFor: ({ host }) =>
      host.startsWith("127.") ? undefined : { url: `http://127.0.0.1:${proxy.port}` },
  });
  try {
    const sent = { ...exchangeWith(base), connections, headers: { ...CREDENTIALS, ...headers } };
    const result = await sendForBytes(sent).then(
      async ({ body }) => ({ text: await new Response(body).text(), fault: undefined }),
      async (error) => ({ text: "", fault: await faultOf(Promise.reject(error)) }),
    );
    return { ...result, seen };
  } finally {
    connections.close();
    await Promise.all([account.shutdown(), google.shutdown()]);
  }
}

function credentialsIn({ headers }: Seen): readonly string[] {
  return Object.keys(CREDENTIALS).filter((name) => headers.has(name));
}

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`sendForBytes() follows ${status} to a host of Google, without the credential`, async () => {
    const location = "https://storage.googleapis.com/bucket/a?signature=1";
    const headers = { range: "bytes=1-2", "if-range": '"e"', "user-agent": "pollux" };
    const { text, seen } = await redirected([location], { status, headers });
    assert.equal(text, "the bytes");
    assert.deepEqual(seen.map(({ host, path }) => host + path), [
      "account/v1beta/files/1",
      "storage.googleapis.com/bucket/a",
    ]);
    assert.deepEqual(seen.map(credentialsIn), [Object.keys(CREDENTIALS), []]);
    for (const [name, value] of Object.entries(headers)) {
      assert.equal(seen[1]?.headers.get(name), value);
    }
  });
}

for (
  const [what, location] of [
    ["an absolute address", "BASE/download/a"],
    ["a path", "/download/a"],
    ["a relative path", "../../download/a#fragment"],
  ] as const
) {
  Deno.test(`sendForBytes() follows ${what} at the account's origin, with the credential`, async () => {
    const { text, seen } = await redirected([location]);
    assert.equal(text, "the bytes");
    assert.equal(seen[1]?.path, "/download/a");
    assert.deepEqual(seen.map(credentialsIn), [Object.keys(CREDENTIALS), Object.keys(CREDENTIALS)]);
  });
}

Deno.test("sendForBytes() sends no credential any more where another host redirects back", async () => {
  const { seen, text } = await redirected([
    "https://storage.googleapis.com/a",
    "https://x.googleusercontent.com/b",
    "BASE/v1beta/files",
  ]);
  assert.equal(text, "the bytes");
  assert.deepEqual(seen.map(credentialsIn), [Object.keys(CREDENTIALS), [], [], []]);
});

for (
  const location of [
    "https://evil.example/a",
    "https://googleapis.com.evil.example/a",
    "https://evilgoogleapis.com/a",
    "http://storage.googleapis.com/a",
    "https://storage.googleapis.com:8443/a",
    "https://user:secret@storage.googleapis.com/a",
    "http://127.0.0.1:1/a",
    "http://localhost/a",
    "https://169.254.169.254/a",
    "file:///etc/passwd",
    "https://",
    "",
  ]
) {
  Deno.test(`sendForBytes() does not follow a redirect to "${location}"`, async () => {
    const { fault, seen } = await redirected([location]);
    assert.equal(seen.length, 1);
    assert.equal(fault?.scope, "request");
    assert.equal(fault.rpc.code, 502);
    assert.match(fault.message, /^Upstream redirects this download to /);
    assert.doesNotMatch(fault.message, /secret|\/a\b/);
  });
}

Deno.test("sendForBytes() follows no endless redirects", async () => {
  const { fault, seen } = await redirected(Array(50).fill("BASE/again"));
  assert.match(fault?.message ?? "", /redirects this download too often/);
  assert.equal(seen.length, 6);
});

Deno.test("sendForBytes() takes other statuses than redirects as errors", async () => {
  const { fault } = await redirected(["BASE/a"], { status: 300 });
  assert.equal(fault?.rpc.code, 503);
});
