/** An account's own way out, through real proxies on loopback. @module */
import assert from "node:assert/strict";
import { ProxyConnections } from "../../../src/accounts/network/proxy_connections.ts";
import { parseProxyUrl } from "../../../src/accounts/network/proxy_url.ts";
import { within } from "../../support/deadline.ts";
import {
  type ProxyServer,
  type ProxyServerOptions,
  startHttpProxy,
  startSocksProxy,
} from "../../support/proxy_server.ts";
import { scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

/** Far more than a connection needs to end. */
const LIMIT_MS = 20_000;

const LOGIN = { username: "ada", password: "p@ss:w/rd" };
const LOGIN_IN_URL = "ada:p%40ss%3Aw%2Frd@";

const KINDS: readonly {
  readonly scheme: string;
  readonly start: (options?: ProxyServerOptions) => ProxyServer;
  /** What a GET of an address looks like to it. */
  readonly seen: (url: string) => string;
}[] = [
  { scheme: "http", start: startHttpProxy, seen: (url) => `GET ${url}` },
  { scheme: "socks5", start: startSocksProxy, seen: (url) => new URL(url).host },
];

/** Opens connections through a proxy; gone with the scope. */
function through(proxy: ProxyServer, scheme: string, login = "") {
  const url = parseProxyUrl(`${scheme}://${login}127.0.0.1:${proxy.port}`);
  const connections = new ProxyConnections(url);
  return {
    get: (url: string) => connections.fetch(url, {}),
    close: () => connections.close(),
    [Symbol.dispose]: () => connections.close(),
  };
}

for (const { scheme, start, seen } of KINDS) {
  Deno.test(`fetch() goes through a proxy of ${scheme}, with and without a login`, async () => {
    await using upstream = startTestUpstream(() => new Response("there"));
    for (const [options, login] of [[{}, ""], [{ login: LOGIN }, LOGIN_IN_URL]] as const) {
      await using proxy = start(options);
      using connections = through(proxy, scheme, login);
      assert.equal(await (await connections.get(`${upstream.url}/path`)).text(), "there");
      assert.deepEqual(proxy.asked, [seen(`${upstream.url}/path`)]);
    }
    // The proxy's password is the proxy's alone.
    for (const { headers } of upstream.seen) assert.equal(headers.get("proxy-authorization"), null);
  });

  Deno.test(`fetch() has a proxy of ${scheme} look names up`, async () => {
    await using upstream = startTestUpstream(() => new Response("there"));
    const { port, pathname } = new URL(upstream.url);
    await using proxy = start({ target: { hostname: "127.0.0.1", port: Number(port) } });
    using connections = through(proxy, scheme);
    const response = await connections.get(`http://upstream.invalid:80${pathname}/path`);
    assert.equal(await response.text(), "there");
    assert.match(proxy.asked[0] ?? "", /upstream\.invalid/);
  });

  Deno.test(`fetch() reaches nothing when a proxy of ${scheme} refuses the login or is gone`, async () => {
    await using upstream = startTestUpstream();
    let port: number;
    {
      await using proxy = start({ login: LOGIN });
      ({ port } = proxy);
      for (const login of ["", "ada:planted@"]) {
        using connections = through(proxy, scheme, login);
        const outcome = await connections.get(`${upstream.url}/path`).catch(String);
        if (typeof outcome === "string") assert.doesNotMatch(outcome, /planted/);
        else assert.equal((await outcome.text(), outcome.status), 407);
      }
      assert.equal(proxy.asked.length, 2);
    }
    const connections = new ProxyConnections(parseProxyUrl(`${scheme}://127.0.0.1:${port}`));
    await assert.rejects(connections.fetch(`${upstream.url}/path`, {}), TypeError);
    connections.close();
    assert.deepEqual(upstream.seen, []);
  });

  Deno.test(`close() drops no answer of a proxy of ${scheme} that has begun, nor one that is awaited`, async () => {
    const stream = scriptedStream();
    const late = Promise.withResolvers<Response>();
    const arrived = Promise.withResolvers<void>();
    await using upstream = startTestUpstream(({ url }) => {
      if (url.endsWith("/stream")) return stream.response;
      arrived.resolve();
      return late.promise;
    });
    await using proxy = start();
    using connections = through(proxy, scheme);
    const begun = await connections.get(`${upstream.url}/stream`);
    const awaited = connections.get(`${upstream.url}/late`);
    await arrived.promise;

    connections.close();
    stream.write("one ");
    late.resolve(new Response("late"));
    assert.equal(await (await awaited).text(), "late");
    stream.write("two");
    stream.end();
    assert.equal(await begun.text(), "one two");
  });

  Deno.test(`fetch() after close(), of a call that began before, goes through the proxy of ${scheme}`, async () => {
    await using upstream = startTestUpstream(() => new Response("there"));
    await using proxy = start();
    using connections = through(proxy, scheme);
    await (await connections.get(`${upstream.url}/one`)).text();
    connections.close();
    assert.equal(await (await connections.get(`${upstream.url}/two`)).text(), "there");
    assert.equal(proxy.asked.length, 2);
    // Deno itself would keep what is idle for a minute and a half.
    await within(LIMIT_MS, proxy.allClosed(), { what: "The end of the connections" });
  });
}

Deno.test("Every account has connections of its own, and uses them again", async () => {
  await using upstream = startTestUpstream(() => new Response("there"));
  await using proxy = startSocksProxy();
  using first = through(proxy, "socks5");
  using second = through(proxy, "socks5");
  for (let call = 0; call < 3; call++) {
    for (const connections of [first, second]) {
      await (await connections.get(`${upstream.url}/path`)).text();
    }
  }
  assert.equal(upstream.seen.length, 6);
  assert.equal(proxy.connections, 2);
  for (const connections of [first, second]) connections.close();
  await within(LIMIT_MS, proxy.allClosed(), { what: "The end of the connections" });
});
