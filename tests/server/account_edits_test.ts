/** What an edit changes in a running gateway, and what it leaves alone. @module */
import assert from "node:assert/strict";
import type { Account } from "../../src/accounts/account.ts";
import { parseProxyUrl } from "../../src/accounts/network/proxy_url.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { emulatedAccount } from "../support/emulated_gateway.ts";
import { within } from "../support/deadline.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { call, textOf } from "../support/gemini_call.ts";
import { type ProxyServer, startHttpProxy, startSocksProxy } from "../support/proxy_server.ts";
import { RESPONSE, scriptedStream, startTestUpstream } from "../support/test_upstream.ts";

/** Of Vertex AI, but nowhere. */
const VERTEX = { kind: "vertex" } as const;

/** Far more than a connection needs to end. */
const LIMIT_MS = 20_000;

Deno.test("A stream in flight ends through the proxy that it began with, while the next call goes through the new one", async () => {
  const stream = scriptedStream();
  await using google = startTestUpstream(({ url }) =>
    url.includes(":stream") ? stream.response : Response.json(RESPONSE)
  );
  await using before = startHttpProxy();
  await using after = startHttpProxy();
  function account(proxy: ProxyServer, settings: Partial<Account> = {}) {
    return {
      name: "work",
      key: "planted-key",
      baseUrls: [google.url],
      settings: { proxy: parseProxyUrl(`http://127.0.0.1:${proxy.port}`), ...settings },
    };
  }
  await using gateway = await startTestGateway({ accounts: [account(before)] });
  stream.write(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n`);
  const begun = await call(gateway.url, { method: "streamGenerateContent", query: "?alt=sse" });
  assert.equal(begun.status, 200);

  await gateway.setAccounts([account(after, { quotaProject: "billed-1" })]);
  const next = await call(gateway.url);
  assert.deepEqual([next.status, await next.json()], [200, RESPONSE]);
  stream.write(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n`);
  stream.end();
  const events = (await begun.text()).trim().split("\n\n");
  assert.deepEqual(events.map((event) => JSON.parse(event.slice(6))), [RESPONSE, RESPONSE]);
  assert.deepEqual([before.asked.length, after.asked.length], [1, 1]);
  assert.deepEqual(
    google.seen.map(({ headers }) => headers.get("x-goog-user-project")),
    [null, "billed-1"],
  );
});

Deno.test("A stream in flight goes on when its account is disabled, and the gateway takes no new call for it", async () => {
  const stream = scriptedStream();
  await using google = startTestUpstream(() => stream.response);
  await using proxy = startHttpProxy();
  const settings = { proxy: parseProxyUrl(`http://127.0.0.1:${proxy.port}`) };
  await using gateway = await startTestGateway({
    accounts: [{ name: "work", key: "planted-key", baseUrls: [google.url], settings }],
  });
  stream.write(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n`);
  const begun = await call(gateway.url, { method: "streamGenerateContent", query: "?alt=sse" });
  await gateway.setAccounts([]);
  const refused = await call(gateway.url);
  assert.equal(refused.status, 400, await refused.text());
  stream.write(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n`);
  stream.end();
  assert.equal((await begun.text()).match(/data: /g)?.length, 2);
});

Deno.test("Another key under the same account is used from the next call on", async () => {
  await using google = startTestUpstream(() => Response.json(RESPONSE));
  const account = (key: string) => ({ name: "work", key, baseUrls: [google.url] });
  await using gateway = await startTestGateway({ accounts: [account("planted-key-1")] });
  await answeredBy(gateway);
  await gateway.setAccounts([account("planted-key-2")]);
  await answeredBy(gateway);
  assert.deepEqual(
    google.seen.map(({ headers }) => headers.get("x-goog-api-key")),
    ["planted-key-1", "planted-key-2"],
  );
});

/** Which account answers a call. */
async function answeredBy({ url }: TestGateway): Promise<string | null> {
  const response = await call(url);
  assert.equal(response.status, 200, await response.text());
  return response.headers.get("x-pollux-account");
}

Deno.test("An account that fits no way to Google is left out and told, and the others answer", async () => {
  await using google = startTestUpstream();
  await using emulator = await startEmulator();
  const good = { name: "good", key: "planted-key", baseUrls: [google.url] };
  const lost = { ...emulatedAccount(emulator, "lost", "code-assist"), settings: VERTEX };
  await using gateway = await startTestGateway({ accounts: [lost, good] });
  const told =
    'An account is skipped: TypeError: Cannot use account "lost": a vertex account needs a project ' +
    "and a location; give it them: pollux accounts edit lost --project … --location …";
  assert.deepEqual([gateway.gateway.accountCount, gateway.problems], [1, [told]]);
  assert.equal(await answeredBy(gateway), "good");
  await gateway.setAccounts([{ ...lost, settings: {} }]);
  assert.equal(await answeredBy(gateway), "lost");
  await gateway.setAccounts([lost, good]);
  assert.equal(await answeredBy(gateway), "good");
  assert.equal(gateway.problems.length, 2);
});

Deno.test("A new name, label, weight or rule leaves the account its access token; another way to Google does not", async () => {
  await using emulator = await startEmulator();
  const account = emulatedAccount(emulator, "work", "code-assist");
  await using gateway = await startTestGateway({ accounts: [account] });
  async function refreshesAfter(settings: Partial<Account>): Promise<number> {
    await gateway.setAccounts([{ ...account, settings }]);
    const response = await call(gateway.url);
    assert.equal(response.status, 200, await response.text());
    assert.equal(response.headers.get("x-pollux-account"), settings.name ?? "work");
    return emulator.requests.filter(({ path }) => path.endsWith("/token")).length;
  }
  assert.equal(await refreshesAfter({}), 1);
  for (
    const settings of [
      ...[{ name: "home" }, { labels: ["eu"] }, { priority: 1 }, { weight: 2 }],
      ...[{ maxConcurrent: 3 }, { models: { allow: ["gemini-*"], deny: [] } }],
    ]
  ) assert.equal(await refreshesAfter(settings), 1);
  await using proxy = startHttpProxy();
  await using other = startHttpProxy();
  const url = (login: string, { port }: ProxyServer) =>
    parseProxyUrl(`http://${login}@127.0.0.1:${port}`);
  assert.equal(await refreshesAfter({ proxy: url("a:b", proxy) }), 2);
  assert.equal(await refreshesAfter({ proxy: url("a:c", proxy) }), 3);
  assert.equal(await refreshesAfter({ proxy: url("a:c", other) }), 4);
  assert.equal(await refreshesAfter({}), 5);
});

Deno.test("Connections of an account's own end when it changes, when it goes, and when the gateway closes", async () => {
  await using google = startTestUpstream();
  await using proxy = startSocksProxy();
  function account(password: string) {
    const url = `socks5://ada:${password}@127.0.0.1:${proxy.port}`;
    const settings = { proxy: parseProxyUrl(url) };
    return { name: "work", key: "planted-key", baseUrls: [google.url], settings };
  }
  async function callThenClosed(gateway: TestGateway, end: () => Promise<void>): Promise<void> {
    assert.equal(await textOf(await call(gateway.url)), "Made up.");
    await end();
    await within(LIMIT_MS, proxy.allClosed(), { what: "The end of the connections" });
  }
  const gateway = await startTestGateway({ accounts: [account("one")] });
  await callThenClosed(gateway, () => gateway.setAccounts([account("two")]));
  await callThenClosed(gateway, () => gateway.setAccounts([]));
  await gateway.setAccounts([account("one")]);
  await callThenClosed(gateway, () => gateway.close());
  assert.equal(proxy.connections, 3);
});
