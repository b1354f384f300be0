/** Which way the accounts' requests take. @module */
import assert from "node:assert/strict";
import { applyNetwork } from "../../src/cli/serve/apply_network.ts";
import { sharedConnections } from "../../src/daemon/shared_connections.ts";
import { configSchema } from "../../src/config/schema.ts";
import { collect } from "../../src/upstream/wire/http/collect.ts";
import { startHttpProxy } from "../support/proxy_server.ts";
import { startTestUpstream } from "../support/test_upstream.ts";

/** What a request goes through where those variables are set, and that proxy in the configuration. */
async function asked(env: (proxy: string) => Record<string, string>, configured = false) {
  await using upstream = startTestUpstream(() => new Response("there"));
  await using proxy = startHttpProxy();
  const url = `http://127.0.0.1:${proxy.port}`;
  const variables = env(url);
  await applyNetwork(configSchema.parse(configured ? { network: { proxy: url } } : {}), {
    env: (name) => variables[name],
    err: (line) => assert.fail(line),
  });
  const connections = sharedConnections();
  const response = await connections.send({
    method: "GET",
    url: `${upstream.url}/path`,
    headers: {},
    signal: new AbortController().signal,
  });
  assert.equal(new TextDecoder().decode(await collect(response)), "there");
  connections.close();
  return { asked: proxy.asked, port: new URL(upstream.url).port };
}

for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
  Deno.test(`sharedConnections() take the proxy that ${name} names`, async () => {
    assert.equal((await asked((proxy) => ({ [name]: proxy }))).asked.length, 1);
    const bare = await asked((proxy) => ({ [name]: proxy.replace("http://", "") }));
    assert.equal(bare.asked.length, 1);
  });
}

Deno.test("sharedConnections() take network.proxy before the variables", async () => {
  const { asked: lines } = await asked(() => ({ HTTP_PROXY: "http://127.0.0.1:9" }), true);
  assert.equal(lines.length, 1);
});

Deno.test("sharedConnections() go straight where no variable names a proxy, or another's", async () => {
  for (const variables of [{}, { NO_PROXY: "localhost", HTTPS_PROXY: "http://127.0.0.1:9" }]) {
    assert.deepEqual((await asked(() => variables)).asked, []);
  }
  const cgi = await asked(() => ({ HTTP_PROXY: "http://127.0.0.1:9", REQUEST_METHOD: "GET" }));
  assert.deepEqual(cgi.asked, []);
});

Deno.test("sharedConnections() go straight to what NO_PROXY names, with network.proxy, too", async () => {
  for (const name of ["NO_PROXY", "no_proxy"]) {
    for (const value of ["*", "127.0.0.0/8", "example.com, 127.0.0.1"]) {
      assert.deepEqual((await asked(() => ({ [name]: value }), true)).asked, [], value);
    }
  }
});

Deno.test("applyNetwork() refuses a proxy that is none, and shows nothing of it", async () => {
  for (const name of ["HTTPS_PROXY", "all_proxy"]) {
    await assert.rejects(
      applyNetwork(configSchema.parse({}), {
        env: (asked) => asked === name ? "ftp://ada:planted-password@x" : undefined,
        err() {},
      }),
      (error) =>
        error instanceof Error && error.message.includes(`that ${name.toUpperCase()} names`) &&
        !error.message.includes("planted"),
    );
  }
});
