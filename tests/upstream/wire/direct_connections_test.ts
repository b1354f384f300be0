/** Requests over connections of Pollux's own, against servers that do what servers may do. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { collect } from "../../../src/upstream/wire/http/collect.ts";
import type { HttpRequest, HttpResponse } from "../../../src/upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../../../src/upstream/wire/direct_connections.ts";
import { within } from "../../support/deadline.ts";
import { AUTHORITY_FILE } from "../../support/test_certificate.ts";
import { closedUrl } from "../../support/test_upstream.ts";
import { type Script, type ScriptedServer, startScriptedServer, whole } from "./scripted_server.ts";

function start(options: DirectConnectionsOptions = {}) {
  const connections = new DirectConnections(options);
  return { connections, [Symbol.dispose]: () => connections.close() };
}

function to(server: Pick<ScriptedServer, "url">, changes: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "POST",
    url: `${server.url}/v1beta/models/m:generateContent?alt=sse`,
    headers: { "x-goog-api-key": "planted-key", "content-type": "application/json" },
    body: new TextEncoder().encode('{"a":"ü"}'),
    signal: new AbortController().signal,
    ...changes,
  };
}

async function textOf(response: Promise<HttpResponse>): Promise<string> {
  return new TextDecoder().decode(await collect(await response));
}

Deno.test("A request goes out as it was given, with what HTTP/1.1 asks for", async () => {
  await using server = startScriptedServer(() => [whole("{}")]);
  using at = start();
  assert.equal(await textOf(at.connections.send(to(server))), "{}");
  const get = to(server, { method: "GET", url: `${server.url}/v1beta/models?pageSize=1` });
  const { body: _body, ...bodiless } = get;
  assert.equal(await textOf(at.connections.send(bodiless)), "{}");
  const host = new URL(server.url).host;
  assert.deepEqual(server.requests.map(({ text }) => text), [
    `POST /v1beta/models/m:generateContent?alt=sse HTTP/1.1\r\nhost: ${host}\r\naccept: */*\r\n` +
    "accept-encoding: identity\r\nx-goog-api-key: planted-key\r\n" +
    'content-type: application/json\r\ncontent-length: 10\r\n\r\n{"a":"ü"}',
    `GET /v1beta/models?pageSize=1 HTTP/1.1\r\nhost: ${host}\r\naccept: */*\r\n` +
    "accept-encoding: identity\r\nx-goog-api-key: planted-key\r\n" +
    "content-type: application/json\r\n\r\n",
  ]);
});

Deno.test("One connection carries one request after the other, and two at a time need two", async () => {
  await using server = startScriptedServer((index) => [whole(`answer ${index}`)]);
  using at = start();
  for (let index = 0; index < 5; index++) {
    assert.equal(await textOf(at.connections.send(to(server))), `answer ${index}`);
  }
  assert.equal(server.connectionCount, 1);
  await Promise.all([0, 1].map(() => textOf(at.connections.send(to(server)))));
  assert.equal(server.connectionCount, 2);
});

Deno.test("An answer is the same, wherever its bytes are cut", async () => {
  const body = "Grüße 😀 ".repeat(5);
  const bytes = new TextEncoder().encode(body);
  const chunks = [bytes.slice(0, 11), bytes.slice(11, 12), bytes.slice(12)].map((
    chunk,
  ) => [...new TextEncoder().encode(`${chunk.length.toString(16)}\r\n`), ...chunk, 13, 10]);
  const head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-a: b\r\n";
  const responses = [
    Uint8Array.from([
      ...new TextEncoder().encode(`${head}content-length: ${bytes.length}\r\n\r\n`),
      ...bytes,
    ]),
    Uint8Array.from([
      ...new TextEncoder().encode(`${head}transfer-encoding: chunked\r\n\r\n`),
      ...chunks.flat(),
      ...new TextEncoder().encode("0\r\n\r\n"),
    ]),
  ];
  let script: Script = [];
  await using server = startScriptedServer(() => script);
  using at = start();
  const cuts = fc.array(fc.nat(), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...responses), cuts, async (response, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % response.length), response.length];
      const ends = [...new Set(places)].sort((a, b) => a - b);
      script = ends.slice(1).map((end, index) => response.slice(ends[index], end));
      const got = await at.connections.send(to(server));
      assert.equal(got.status, 200);
      assert.equal(got.header("x-a"), "b");
      assert.equal(new TextDecoder().decode(await collect(got)), body);
    }),
    { numRuns: 40 },
  );
  assert.equal(server.connectionCount, 1);
});

Deno.test("An answer's pieces are given as they come, and are the reader's to keep", async () => {
  await using server = startScriptedServer(() => [
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
    "3\r\none\r\n",
    "3\r\ntwo\r\n0\r\n\r\n",
  ]);
  using at = start();
  const response = await at.connections.send(to(server));
  const pieces: Uint8Array[] = [];
  for (let next = await response.read(); next !== undefined; next = await response.read()) {
    pieces.push(next);
  }
  assert.equal(pieces.map((piece) => new TextDecoder().decode(piece)).join(""), "onetwo");
  assert.equal(await response.read(), undefined);
});

Deno.test("A connection that the server closes while it is idle is not used again", async () => {
  await using server = startScriptedServer((index) => [whole(`answer ${index}`)]);
  using at = start();
  for (let index = 0; index < 3; index++) {
    assert.equal(await textOf(at.connections.send(to(server))), `answer ${index}`);
    await server.hangUp();
    await server.closed(index + 1);
  }
  assert.equal(server.connectionCount, 3);
});

Deno.test("A connection that is idle for long is closed", async () => {
  await using server = startScriptedServer(() => [whole("good")]);
  using at = start({ idleTimeoutMs: 20 });
  assert.equal(await textOf(at.connections.send(to(server))), "good");
  await server.closed(1);
  assert.equal(await textOf(at.connections.send(to(server))), "good");
  assert.equal(server.connectionCount, 2);
});

for (
  const [what, script] of [
    ["asks for it", [whole("good", "connection: close\r\n")]],
    ["is HTTP/1.0", [whole("good").replace("HTTP/1.1", "HTTP/1.0")]],
    ["sends more than it declared", [whole("good"), "HTTP/1.1 200 OK\r\n"]],
    ["sends more than it declared at once", [whole("good") + whole("evil")]],
    ["declares its length in two ways", [
      "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n" +
      "4\r\ngood\r\n0\r\n\r\n",
    ]],
    ["declares no length", ["HTTP/1.1 200 OK\r\n\r\ngood", "close"]],
  ] as const
) {
  Deno.test(`A connection is not used again where an answer ${what}`, async () => {
    await using server = startScriptedServer((index) => index === 0 ? script : [whole("next")]);
    using at = start();
    assert.equal(await textOf(at.connections.send(to(server))), "good");
    await server.closed(1);
    assert.equal(await textOf(at.connections.send(to(server))), "next");
    assert.deepEqual(server.requests.map(({ connection }) => connection), [0, 1]);
  });
}

Deno.test("What follows an answer without content is no answer to the next request", async () => {
  const script = ["HTTP/1.1 204 No Content\r\n\r\n" + whole("evil")];
  await using server = startScriptedServer((index) => index === 0 ? script : [whole("next")]);
  using at = start();
  assert.equal(await textOf(at.connections.send(to(server))), "");
  assert.equal(await textOf(at.connections.send(to(server))), "next");
});

for (
  const [what, message, script] of [
    ["no answer", /closed before a response came/, ["close"]],
    ["half a head", /closed before the response was complete/, [
      "HTTP/1.1 200 OK\r\ncontent-",
      "close",
    ]],
    ["half a body", /closed before the response was complete/, [
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
      "close",
    ]],
    ["half a chunk", /closed before the response was complete/, [
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf",
      "close",
    ]],
    ["another protocol", /is not HTTP/, ["SSH-2.0-OpenSSH_9.2\r\n\r\n"]],
    ["a change of protocol", /changes the protocol/, [
      "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ]],
    ["a head without end", /headers are too long/, [
      `HTTP/1.1 200 OK\r\na: ${"b".repeat(70_000)}\r\n`,
    ]],
    ["an encoding that nobody knows", /encoded in "lz4"/, [
      whole("good", "content-encoding: lz4\r\n"),
    ]],
    ["more headers than any server sends", /more than 1000 headers/, [
      `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(1001)}\r\n`,
    ]],
    ["nothing but notices", /never gets beyond 1xx/, [
      "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(20),
    ]],
  ] as const
) {
  Deno.test(`A request fails that gets ${what}, and its connection is closed`, async () => {
    await using server = startScriptedServer((index) => index === 0 ? script : [whole("next")]);
    using at = start();
    await assert.rejects(textOf(at.connections.send(to(server))), message);
    assert.equal(await textOf(at.connections.send(to(server))), "next");
    assert.equal(server.connectionCount, 2);
  });
}

Deno.test("A request that is given up before its answer closes its connection", async () => {
  await using server = startScriptedServer(() => []);
  using at = start();
  const controller = new AbortController();
  const response = at.connections.send(to(server, { signal: controller.signal }));
  await until(() => server.requests.length === 1);
  controller.abort(new Error("given up"));
  await assert.rejects(response, /given up/);
  await server.closed(1);
});

Deno.test("A response that is given up midway closes its connection", async () => {
  await using server = startScriptedServer(() => [
    "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
  ]);
  using at = start();
  const controller = new AbortController();
  const aborted = await at.connections.send(to(server, { signal: controller.signal }));
  assert.equal((await aborted.read())?.length, 4);
  const next = aborted.read();
  controller.abort(new Error("given up"));
  await assert.rejects(next);
  await server.closed(1);
  const cancelled = await at.connections.send(to(server));
  await cancelled.cancel();
  assert.equal(await cancelled.read(), undefined);
  await server.closed(2);
});

Deno.test("A signal that aborts when the response has been read closes nothing", async () => {
  await using server = startScriptedServer(() => [whole("good")]);
  using at = start();
  for (let index = 0; index < 3; index++) {
    const controller = new AbortController();
    await textOf(at.connections.send(to(server, { signal: controller.signal })));
    controller.abort();
  }
  assert.equal(server.connectionCount, 1);
});

Deno.test("A response that comes before the request has gone is taken, and the connection is closed", async () => {
  await using server = startScriptedServer(
    () => ["HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nno!"],
    {
      isHasty: true,
    },
  );
  using at = start();
  const body = new Uint8Array(32 * 1024 * 1024);
  const response = await at.connections.send(to(server, { body }));
  assert.equal(response.status, 413);
  assert.equal(new TextDecoder().decode(await collect(response)), "no!");
  // An idle connection is closed as well, but after a minute.
  await within(30_000, server.closed(1), { what: "The end of the connection" });
});

Deno.test("A large body arrives whole", async () => {
  await using server = startScriptedServer((_, request) => [
    whole(String(request.length - request.indexOf("\r\n\r\n") - 4)),
  ]);
  using at = start();
  for (const length of [0, 16 * 1024, 16 * 1024 + 1, 3 * 1024 * 1024]) {
    const body = new Uint8Array(length).fill(0x61);
    assert.equal(await textOf(at.connections.send(to(server, { body }))), String(length));
  }
  assert.equal(server.connectionCount, 1);
});

Deno.test("HTTPS is spoken to a server whose certificate is right, and to no other", async () => {
  await using server = startScriptedServer((index) => [whole(`answer ${index}`)], { tls: true });
  using trusting = start({ caCerts: [await Deno.readTextFile(AUTHORITY_FILE)] });
  assert.equal(await textOf(trusting.connections.send(to(server))), "answer 0");
  assert.equal(await textOf(trusting.connections.send(to(server))), "answer 1");
  assert.equal(server.connectionCount, 1);
  using wary = start();
  const request = to(server);
  await assert.rejects(wary.connections.send(request), /UnknownIssuer/);
  assert.equal(server.requests.length, 2);
});

Deno.test("A request to what can't be reached fails, with the system's words", async () => {
  using at = start();
  await assert.rejects(at.connections.send(to({ url: closedUrl() })), /Connection refused/);
});

Deno.test("A request whose connection does not come about is given up with its signal", async () => {
  // It accepts TCP, and never says a word of TLS.
  await using server = startScriptedServer(() => []);
  using at = start();
  const controller = new AbortController();
  const url = `${server.url.replace("http:", "https:")}/v1`;
  const response = at.connections.send(to(server, { url, signal: controller.signal }));
  await until(() => server.connectionCount === 1);
  controller.abort(new Error("given up"));
  await assert.rejects(response, /given up/);
});

Deno.test("A name of which not every address answers is reached at one that does", async () => {
  await using server = startScriptedServer(() => [whole("good")]);
  using at = start();
  const url = `${server.url.replace("127.0.0.1", "localhost")}/v1`;
  assert.equal(await textOf(at.connections.send(to(server, { url }))), "good");
});

for (
  const [what, path, target] of [
    ["without a path", "", "/"],
    ["with a fragment", "/v1#here", "/v1"],
    ["with spaces and line ends", "/v1 HTTP/1.1\r\nevil: 1", "/v1%20HTTP/1.1evil:%201"],
    ["beyond ASCII", "/modèle?q=ü", "/mod%C3%A8le?q=%C3%BC"],
  ] as const
) {
  Deno.test(`A request to an address ${what} goes out as a URL is written`, async () => {
    await using server = startScriptedServer(() => [whole("good")]);
    using at = start();
    assert.equal(await textOf(at.connections.send(to(server, { url: server.url + path }))), "good");
    assert.equal(server.requests[0]?.text.split("\r\n")[0], `POST ${target} HTTP/1.1`);
  });
}

for (
  const [what, changes] of [
    ["a user in the address", { url: "http://ada:secret@127.0.0.1:9/v1" }],
    ["another protocol", { url: "ftp://127.0.0.1:9/v1" }],
    ["no address", { url: "planted nonsense" }],
    ["a header that ends its line", { headers: { a: "b\r\nevil: 1" } }],
    ["a header beyond ASCII", { headers: { a: "ü" } }],
  ] as const
) {
  Deno.test(`A request with ${what} is refused`, async () => {
    await using server = startScriptedServer(() => [whole("good")]);
    using at = start();
    await assert.rejects(at.connections.send(to(server, changes)), TypeError);
    assert.equal(server.connectionCount, 0);
  });
}

Deno.test("close() lets a request under way end, and closes its connection then", async () => {
  await using server = startScriptedServer(() => [whole("good")]);
  const { connections } = start();
  const response = await connections.send(to(server));
  connections.close();
  assert.equal(new TextDecoder().decode(await collect(response)), "good");
  await server.closed(1);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
