/** Connections through a proxy behave as those without one. @module */
import assert from "node:assert/strict";
import zlib from "node:zlib";
import type { HttpRequest } from "../../../src/upstream/wire/connections.ts";
import {
  DirectConnections,
  type DirectConnectionsOptions,
} from "../../../src/upstream/wire/direct_connections.ts";
import {
  type ProxyServer,
  type ProxyServerOptions,
  startHttpProxy,
  startSocksProxy,
} from "../../support/proxy_server.ts";
import { startRawServer } from "../../support/raw_server.ts";
import { AUTHORITY_FILE, SERVER_CERTIFICATE } from "../../support/test_certificate.ts";
import { StreamedBody } from "../../../src/upstream/wire/http/streamed_body.ts";
import { ask } from "./ask.ts";
import { startScriptedServer, whole } from "./scripted_server.ts";

const LOGIN = { username: "ada", password: "planted:p@ss/" };
const AUTHORITY = await Deno.readTextFile(AUTHORITY_FILE);

const KINDS: readonly (readonly [
  scheme: string,
  start: (options?: ProxyServerOptions) => ProxyServer,
])[] = [
  ["http", startHttpProxy],
  ["https", (options) => startHttpProxy({ ...options, tls: SERVER_CERTIFICATE })],
  ["socks5", startSocksProxy],
];

function through(
  scheme: string,
  { port }: Pick<ProxyServer, "port">,
  options: DirectConnectionsOptions & { readonly login?: typeof LOGIN } = {},
) {
  const { login, ...rest } = options;
  const url = `${scheme}://127.0.0.1:${port}`;
  const connections = new DirectConnections({
    caCerts: [AUTHORITY],
    proxyFor: () => login === undefined ? { url } : { url, login },
    ...rest,
  });
  return {
    async ask(url: string, changes: Partial<HttpRequest> = {}): Promise<string> {
      const body = new TextEncoder().encode('{"a":1}');
      const { status, text } = await ask(connections, { url, body, ...changes });
      return `${status} ${text}`;
    },
    [Symbol.dispose]: () => connections.close(),
  };
}

for (const [scheme, start] of KINDS) {
  for (const login of [undefined, LOGIN]) {
    const how = login === undefined ? "" : " with a login";
    Deno.test(`HTTPS goes through a tunnel of a proxy of ${scheme}${how}, one for many requests`, async () => {
      await using server = startScriptedServer((index) => [whole(`answer ${index}`)], {
        tls: true,
      });
      const only = login === undefined ? {} : { login };
      await using proxy = start(only);
      using at = through(scheme, proxy, only);
      for (let index = 0; index < 3; index++) {
        assert.equal(await at.ask(server.url), `200 answer ${index}`);
      }
      const host = server.url.replace("https://", "");
      assert.deepEqual(proxy.asked, [scheme === "socks5" ? host : `CONNECT ${host}`]);
      for (const { text } of server.requests) assert.doesNotMatch(text, /proxy-authorization/);
    });
  }

  Deno.test(`A proxy of ${scheme} that needs no login is used although there is one`, async () => {
    await using server = startScriptedServer(() => [whole("good")], { tls: true });
    await using proxy = start();
    using at = through(scheme, proxy, { login: LOGIN });
    assert.equal(await at.ask(server.url), "200 good");
  });

  Deno.test(`A proxy of ${scheme} that refuses the login is told of, without it`, async () => {
    await using server = startScriptedServer(() => [whole("good")], { tls: true });
    await using proxy = start({ login: LOGIN });
    for (const login of [{}, { login: { username: "ada", password: "planted" } }]) {
      using at = through(scheme, proxy, login);
      await assert.rejects(at.ask(server.url), (error) => {
        assert.match(String(error), /the proxy (asks for|refused)/);
        assert.doesNotMatch(String(error), /planted|ada/);
        return true;
      });
    }
    assert.equal(server.connectionCount, 0);
  });

  Deno.test(`Every method and streamed bodies go through a proxy of ${scheme}`, async () => {
    for (const tls of [false, true]) {
      const requests: string[] = [];
      const onError = () => new Response(null, { status: 400 });
      const options = { hostname: "127.0.0.1", port: 0, onListen() {}, onError };
      await using server = Deno.serve(
        tls ? { ...options, ...SERVER_CERTIFICATE } : options,
        async (request) => {
          const { method } = request;
          // One that breaks off is no request.
          const { length } = await request.bytes();
          requests.push(method);
          return new Response(`${method} ${length}`);
        },
      );
      await using proxy = start();
      using at = through(scheme, proxy);
      const url = `${tls ? "https" : "http"}://127.0.0.1:${server.addr.port}`;
      for (const method of ["PUT", "PATCH", "DELETE"] as const) {
        for (const length of [300_000, undefined]) {
          const pieces = [10, 89_990, 0, 210_000].map((size) => new Uint8Array(size));
          const body = new StreamedBody(ReadableStream.from(pieces), { length });
          assert.equal(await at.ask(url, { method, body }), `200 ${method} 300000`);
        }
      }
      assert.equal(await at.ask(url, { method: "HEAD" }), "200 ");
      const pieces = [new Uint8Array(10), new Uint8Array(10)];
      const body = new StreamedBody(ReadableStream.from(pieces), { length: 30 });
      await assert.rejects(at.ask(url, { body }), /shorter than was declared/);
      await server.shutdown();
      assert.deepEqual(requests.filter((method) => method === "POST"), []);
    }
  });

  Deno.test(`Large and loose heads and compressed bodies are read through a proxy of ${scheme}`, async () => {
    const compressed = zlib.brotliCompressSync("from br");
    const scripts = [
      [whole("good", `set-cookie: a=${"b".repeat(3000)}\r\n`.repeat(3))],
      ["HTTP/1.1 200 OK\ncontent-length: 4\n\ngood"],
      [
        `HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: ${compressed.length}\r\n\r\n`,
        compressed,
      ],
    ];
    for (const tls of [false, true]) {
      await using server = startScriptedServer((index) => scripts[index] ?? [], { tls });
      await using proxy = start();
      using at = through(scheme, proxy);
      assert.equal(await at.ask(server.url), "200 good");
      assert.equal(await at.ask(server.url), "200 good");
      assert.equal(await at.ask(server.url), "200 from br");
    }
  });
}

Deno.test("A request that meets a dead tunnel is sent again through a new one, unless a part of its response came", async () => {
  for (const came of ["", "HTTP/1.1 200 OK\r\ncontent-"]) {
    await using server = startRawServer(async (connection) => {
      for (let request = 0; connection.index > 0 || request < 1; request++) {
        if (await connection.request() === undefined) return;
        await connection.write(whole(`from ${connection.index}`));
      }
      await connection.request();
      await connection.write(came);
      connection.end();
    });
    await using proxy = startSocksProxy();
    using at = through("socks5", proxy);
    assert.equal(await at.ask(server.url), "200 from 0");
    if (came === "") assert.equal(await at.ask(server.url), "200 from 1");
    else await assert.rejects(at.ask(server.url), /closed before the response was complete/);
    assert.deepEqual(server.requests, came === "" ? [0, 0, 1] : [0, 0]);
  }
});

Deno.test("A request through a tunnel that stays silent gets a hedge through a new one", async () => {
  await using server = startRawServer(async (connection) => {
    for (let request = 0; connection.index > 0 || request < 1; request++) {
      if (await connection.request() === undefined) return;
      await connection.write(whole(`from ${connection.index}`));
    }
    await connection.request();
    await connection.untilClosed();
  });
  await using proxy = startSocksProxy();
  using at = through("socks5", proxy, { hedgeAfterMs: 1 });
  assert.equal(await at.ask(server.url), "200 from 0");
  assert.equal(await at.ask(server.url), "200 from 1");
});

Deno.test("A server behind a proxy has to be who it says it is", async () => {
  await using server = startScriptedServer(() => [whole("good")], { tls: true });
  await using proxy = startHttpProxy();
  using at = through("http", proxy, { caCerts: [] });
  await assert.rejects(at.ask(server.url), /UnknownIssuer/);
});
