/** The methods of HTTP, the headers of requests, and where the responses to them end. @module */
import assert from "node:assert/strict";
import zlib from "node:zlib";
import { collect } from "../../../src/upstream/wire/http/collect.ts";
import type { HttpMethod, HttpRequest } from "../../../src/upstream/wire/connections.ts";
import { DirectConnections } from "../../../src/upstream/wire/direct_connections.ts";
import { StreamedBody } from "../../../src/upstream/wire/http/streamed_body.ts";
import { startScriptedServer, whole } from "./scripted_server.ts";

const METHODS: readonly HttpMethod[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const BODY = new TextEncoder().encode('{"a":"ü"}');

function start() {
  const connections = new DirectConnections();
  return {
    async ask(url: string, changes: Partial<HttpRequest> = {}): Promise<string> {
      const { signal } = new AbortController();
      const response = await connections.send({
        method: "GET",
        url: `${url}/v1beta/files/1?alt=json`,
        headers: {},
        signal,
        ...changes,
      });
      return `${response.status} ${new TextDecoder().decode(await collect(response))}`;
    },
    connections,
    [Symbol.dispose]: () => connections.close(),
  };
}

const BODIES: readonly (readonly [
  what: string,
  body: () => Pick<HttpRequest, "body">,
  framing: string,
  text: string,
])[] = [
  ["a body", () => ({ body: BODY }), "content-length: 10\r\n", '{"a":"ü"}'],
  [
    "a stream of known length",
    () => ({ body: new StreamedBody(ReadableStream.from([BODY]), { length: 10 }) }),
    "content-length: 10\r\n",
    '{"a":"ü"}',
  ],
  [
    "a stream",
    () => ({ body: new StreamedBody(ReadableStream.from([BODY])) }),
    "transfer-encoding: chunked\r\n",
    'a\r\n{"a":"ü"}\r\n0\r\n\r\n',
  ],
];

for (const method of METHODS) {
  const isUsuallyWithBody = method === "POST" || method === "PUT" || method === "PATCH";
  const none = isUsuallyWithBody ? "content-length: 0\r\n" : "";
  for (
    const [what, body, framing, text] of [["no body", () => ({}), none, ""], ...BODIES] as const
  ) {
    Deno.test(`${method} goes out with ${what}, and its connection is used again`, async () => {
      const expected = `${method} /v1beta/files/1?alt=json HTTP/1.1\r\nhost: HOST\r\n` +
        `accept: */*\r\naccept-encoding: identity\r\nx-a: b\r\n${framing}\r\n${text}`;
      await using server = startScriptedServer(() => [
        method === "HEAD" ? whole("good").replace("good", "") : whole("good"),
      ]);
      using at = start();
      for (let index = 0; index < 2; index++) {
        assert.equal(
          await at.ask(server.url, { method, headers: { "x-a": "b" }, ...body() }),
          method === "HEAD" ? "200 " : "200 good",
        );
      }
      const { host } = new URL(server.url);
      const requests = server.requests.map(({ text }) => text.replace(host, "HOST"));
      assert.deepEqual(requests, [expected, expected]);
      assert.equal(server.connectionCount, 1);
    });
  }
}

for (
  const [method, head] of [
    ["HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n"],
    ["HEAD", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"],
    ["HEAD", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n"],
    ["HEAD", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\n"],
    ["HEAD", "HTTP/1.1 200 OK\r\n\r\n"],
    ["HEAD", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"],
    ["DELETE", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["DELETE", "HTTP/1.1 204 No Content\r\ncontent-length: 9\r\n\r\n"],
    ["PUT", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"],
    ["GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n"],
    ["GET", "HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n"],
    ["GET", "HTTP/1.1 100 Continue\r\ncontent-length: 9\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"],
  ] as const
) {
  Deno.test(`A response without a body to ${method} leaves its connection free: ${JSON.stringify(head)}`, async () => {
    await using server = startScriptedServer((index) => [index === 0 ? head : whole("next")]);
    using at = start();
    assert.match(await at.ask(server.url, { method }), /^\d{3} $/);
    assert.equal(await at.ask(server.url), "200 next");
    assert.equal(server.connectionCount, 1);
  });
}

Deno.test("A response that has a body to HEAD closes its connection", async () => {
  await using server = startScriptedServer((index) => [whole(index === 0 ? "evil" : "next")]);
  using at = start();
  assert.equal(await at.ask(server.url, { method: "HEAD" }), "200 ");
  assert.equal(await at.ask(server.url), "200 next");
  assert.deepEqual(server.requests.map(({ connection }) => connection), [0, 1]);
});

Deno.test("A response's headers are given in their order, with every value", async () => {
  await using server = startScriptedServer(() => [
    whole(
      "good",
      "X-Goog-Upload-URL: https://a/b?c\r\nRange: bytes=0-41\r\nwarning: 1\r\nWarning: 2\r\n",
    ),
  ]);
  using at = start();
  const { signal } = new AbortController();
  const response = await at.connections.send({
    method: "POST",
    url: `${server.url}/upload/v1beta/files`,
    headers: {},
    signal,
  });
  assert.deepEqual(response.headers, [
    ["content-length", "4"],
    ["x-goog-upload-url", "https://a/b?c"],
    ["range", "bytes=0-41"],
    ["warning", "1"],
    ["warning", "2"],
  ]);
  assert.equal(response.header("x-goog-upload-url"), "https://a/b?c");
  assert.equal(response.header("warning"), "1");
  assert.equal(response.header("location"), undefined);
  await collect(response);
});

Deno.test("A header's bytes beyond ASCII are given as they are, each as a character", async () => {
  const value = Uint8Array.of(0xc3, 0xa9, 0x80, 0xff, 0xe9);
  await using server = startScriptedServer(() => [
    "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-a: ",
    value,
    "\r\nx-b: 2\r\n\r\ngood",
  ]);
  using at = start();
  const { signal } = new AbortController();
  const { url } = server;
  const response = await at.connections.send({ method: "GET", url, headers: {}, signal });
  assert.equal(response.header("x-a"), String.fromCharCode(...value));
  assert.equal(response.header("x-b"), "2");
  assert.equal(new TextDecoder().decode(await collect(response)), "good");
});

for (const method of METHODS) {
  const isSafe = method === "GET" || method === "HEAD";
  Deno.test(`${method} is ${isSafe ? "" : "not "}sent again by itself where its connection was dead`, async () => {
    const response = method === "HEAD" ? whole("good").replace("good", "") : whole("good");
    await using server = startScriptedServer((index) => index === 1 ? ["close"] : [response]);
    using at = start();
    await at.ask(server.url, { method });
    const again = at.ask(server.url, { method });
    if (isSafe) assert.match(await again, /^200/);
    else await assert.rejects(again, /closed before a response came/);
    assert.equal(server.requests.length, isSafe ? 3 : 2);
  });
}

Deno.test("The headers of a response that was decompressed don't tell of the compressed body", async () => {
  const body = zlib.gzipSync("good");
  await using server = startScriptedServer(() => [
    `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\nx-a: b\r\n\r\n`,
    body,
  ]);
  using at = start();
  const { signal } = new AbortController();
  const response = await at.connections.send({
    method: "GET",
    url: server.url,
    headers: {},
    signal,
  });
  assert.deepEqual(response.headers, [["x-a", "b"]]);
  assert.equal(response.header("content-length"), undefined);
  assert.equal(response.header("x-a"), "b");
  assert.equal(response.isFramed, true);
  assert.equal(new TextDecoder().decode(await collect(response)), "good");
});

for (const name of ["content-length", "transfer-encoding", "host", "connection", "a b", "a:", ""]) {
  Deno.test(`A request with the header "${name}" is refused`, async () => {
    await using server = startScriptedServer(() => [whole("good")]);
    using at = start();
    await assert.rejects(at.ask(server.url, { headers: { [name]: "1" } }), TypeError);
    assert.equal(server.connectionCount, 0);
  });
}
