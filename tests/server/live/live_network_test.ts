/** The way of Live sessions to upstream: the account's proxy, the network's, and the configured authorities. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import { useNetwork } from "../../../src/accounts/network/network.ts";
import { parseNoProxy } from "../../../src/accounts/network/no_proxy.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";
import { startLiveServer } from "../../support/live_server.ts";
import { type ProxyServer, startHttpProxy, startSocksProxy } from "../../support/proxy_server.ts";
import { AUTHORITY_FILE, SERVER_CERTIFICATE } from "../../support/test_certificate.ts";

const LOGIN = { username: "planted-user", password: "planted-pass" };

function gatewayOf(url: string, proxy?: string): Promise<TestGateway> {
  const settings = proxy === undefined ? {} : { proxy: new Secret(proxy) };
  return startTestGateway({
    accounts: [{ name: "one", key: "planted-key-1", baseUrls: [url], settings }],
  });
}

async function talk(gateway: TestGateway): Promise<void> {
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send({ setup: { model: "models/gemini-live" } });
  assert.equal(await client.nextFrame(), '{"setupComplete":{}}');
  await client.send("hello");
  assert.equal(await client.nextFrame(), "hello");
}

/** Trusts the tests' authority meanwhile. */
function trusting(network: Parameters<typeof useNetwork>[0] = {}): Disposable {
  useNetwork({ caCerts: [Deno.readTextFileSync(AUTHORITY_FILE)], ...network });
  return { [Symbol.dispose]: () => useNetwork({}) };
}

Deno.test("a session goes through the account's own proxy", async (t) => {
  const kinds: readonly (readonly [string, () => ProxyServer])[] = [
    ["http", () => startHttpProxy({ login: LOGIN })],
    ["socks5", () => startSocksProxy({ login: LOGIN })],
  ];
  for (const [scheme, start] of kinds) {
    for (const isSecure of [false, true]) {
      // Without TLS, Deno asks an HTTP proxy in absolute form, which proxies pass no WebSocket through.
      if (scheme === "http" && !isSecure) continue;
      await t.step(`${scheme} to ${isSecure ? "wss" : "ws"}`, async () => {
        using _trust = trusting();
        await using server = startLiveServer(isSecure ? { tls: SERVER_CERTIFICATE } : {});
        await using proxy = start();
        const { username, password } = LOGIN;
        await using gateway = await gatewayOf(
          server.url,
          `${scheme}://${username}:${password}@127.0.0.1:${proxy.port}`,
        );
        await talk(gateway);
        assert.ok(proxy.asked.length > 0);
      });
    }
  }
});

Deno.test("a session goes through the network's proxy, and past it where NO_PROXY says so", async () => {
  await using server = startLiveServer({ tls: SERVER_CERTIFICATE });
  await using proxy = startHttpProxy();
  const proxies = { https: new Secret(`http://127.0.0.1:${proxy.port}`) };
  {
    using _network = trusting({ proxies });
    await using gateway = await gatewayOf(server.url);
    await talk(gateway);
    assert.deepEqual(proxy.asked, [`CONNECT 127.0.0.1:${server.port}`]);
  }
  using _network = trusting({ proxies, noProxy: parseNoProxy("127.0.0.1") });
  await using gateway = await gatewayOf(server.url, `http://127.0.0.1:${proxy.port}`);
  await talk(gateway);
  assert.equal(proxy.asked.length, 1);
});

Deno.test("an authority that is not configured is refused, with what to do", async () => {
  await using server = startLiveServer({ tls: SERVER_CERTIFICATE });
  await using gateway = await gatewayOf(server.url);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send({ setup: { model: "models/gemini-live" } });
  const { code, reason } = await client.closed;
  assert.equal(code, 1007);
  assert.match(reason, /^The certificate of 127\.0\.0\.1:\d+ is refused \(UnknownIssuer\)/);
});

Deno.test("a proxy that refuses is told as such, and its login is not", async () => {
  await using server = startLiveServer({ tls: SERVER_CERTIFICATE });
  await using proxy = startHttpProxy({ login: LOGIN });
  await using gateway = await gatewayOf(
    server.url,
    `http://planted-other:planted-wrong@127.0.0.1:${proxy.port}`,
  );
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send({ setup: { model: "models/gemini-live" } });
  const { code, reason } = await client.closed;
  assert.equal(code, 1011);
  assert.match(reason, /through the account's proxy failed/);
});
