/** Who may open Live sessions: keys, ephemeral tokens, hosts and origins. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { CONSTRAINED_PATH, LIVE_PATH, LiveClient, SETUP } from "../../support/live_client.ts";
import { clientKeysOf } from "../../support/client_keys.ts";

const KEY = "planted-gateway-key";
const WITH_KEY = { settings: { auth: { apiKey: KEY } } } as const;

Deno.test("the gateway's key opens a session, in the query or a header", async (t) => {
  await using gateway = await startEmulatedGateway(WITH_KEY);
  const ways: readonly (readonly [string, Record<string, string>])[] = [
    [`/${LIVE_PATH}?key=${KEY}`, {}],
    [LIVE_PATH, { "x-goog-api-key": KEY }],
    [LIVE_PATH, { authorization: `Bearer ${KEY}` }],
  ];
  for (const [path, headers] of ways) {
    await t.step(Object.keys(headers)[0] ?? "query", async () => {
      await using client = new LiveClient(gateway.url + path, headers);
      assert.deepEqual(await client.setUp(), { setupComplete: {} });
    });
  }
  for (const { query, headers } of gateway.emulator.requests) {
    assert.equal(query.size, 0);
    assert.ok(!JSON.stringify([...headers]).includes(KEY));
  }
});

Deno.test("a wrong key is refused by a close with a reason, and reaches no account", async (t) => {
  await using gateway = await startEmulatedGateway(WITH_KEY);
  for (const path of [LIVE_PATH, `${LIVE_PATH}?key=planted-wrong`]) {
    await t.step(path === LIVE_PATH ? "none" : "wrong", async () => {
      await using client = new LiveClient(gateway.url + path);
      await client.opened;
      const { code, reason } = await client.closed;
      assert.equal(code, 1008);
      assert.match(reason, /key/);
    });
  }
  assert.equal(gateway.emulator.requests.length, 0);
  assert.deepEqual(gateway.calls.map(({ status }) => status), [401, 401]);
});

Deno.test("an unknown path below ws is refused by a close, and a plain request by HTTP", async () => {
  await using gateway = await startEmulatedGateway();
  const path = LIVE_PATH.replace(/Content$/, "Music");
  await using client = new LiveClient(gateway.url + path);
  const { code, reason } = await client.closed;
  assert.equal(code, 1008);
  assert.match(reason, /is not served/);
  const response = await fetch(gateway.url + LIVE_PATH);
  assert.equal(response.status, 426);
  assert.match((await response.json()).error.message, /opens a WebSocket/);
});

Deno.test("a web page of another origin is refused before the WebSocket is accepted", async () => {
  await using gateway = await startEmulatedGateway();
  await using client = new LiveClient(gateway.url + LIVE_PATH, { origin: "https://evil.test" });
  await assert.rejects(client.opened, /403/);
  await client.closed;
});

Deno.test("a page of an allowed origin opens a session", async () => {
  const origin = "https://page.test";
  await using gateway = await startEmulatedGateway({
    settings: { server: { corsOrigins: [origin] } },
  });
  await using client = new LiveClient(gateway.url + LIVE_PATH, { origin });
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
});

Deno.test("an ephemeral token opens sessions in place of a key, at the account that made it", async (t) => {
  const accounts = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } as const;
  await using gateway = await startEmulatedGateway({ accounts, ...WITH_KEY });
  for (let round = 0; round < 3; round++) {
    const { name, account } = await createToken(gateway.url, { "x-goog-api-key": KEY });
    const ways: readonly (readonly [string, Record<string, string>])[] = [
      [`/${CONSTRAINED_PATH}?access_token=${name}`, {}],
      [CONSTRAINED_PATH, { authorization: `Token ${name}` }],
    ];
    for (const [path, headers] of ways) {
      await t.step(path.slice(0, 40) + round, async () => {
        await using client = new LiveClient(gateway.url + path, headers);
        assert.deepEqual(await client.setUp(), { setupComplete: {} });
        assert.equal(gateway.emulator.liveSessions.at(-1)?.account, account);
      });
    }
  }
  const sessions = gateway.emulator.requests.filter(({ path }) => path.startsWith("/ws/"));
  assert.ok(sessions.every(({ headers }) => !headers.has("x-goog-api-key")));
});

Deno.test("an ephemeral token opens nothing else, and an unknown one nothing", async () => {
  await using gateway = await startEmulatedGateway(WITH_KEY);
  const { name } = await createToken(gateway.url, { "x-goog-api-key": KEY });
  for (const authorization of [`Token ${name}`, `Bearer ${name}`]) {
    const response = await fetch(`${gateway.url}/v1beta/models?access_token=${name}`, {
      headers: { authorization },
    });
    assert.equal(response.status, 401);
    await response.body?.cancel();
  }
  await using client = new LiveClient(
    `${gateway.url}${CONSTRAINED_PATH}?access_token=auth_tokens/unknown`,
  );
  const { code, reason } = await client.closed;
  assert.equal(code, 1008);
  assert.match(reason, /^This ephemeral token has expired, or was not made through this gateway/);
});

Deno.test("the setup of a token has the model's own name, and leads to what it names", async () => {
  const accounts = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } as const;
  await using gateway = await startEmulatedGateway({
    accounts,
    settings: { ...WITH_KEY.settings, aliases: { "my-live": "gemini-3.8-live" } },
  });
  const headers = { "x-goog-api-key": KEY };
  for (let round = 0; round < 3; round++) {
    const made = await fetch(`${gateway.url}/v1beta/fileSearchStores`, {
      method: "POST",
      headers,
      body: JSON.stringify({ displayName: `store ${round}` }),
    });
    const { name: store } = await made.json();
    const tools = [{ fileSearch: { fileSearchStoreNames: [store] } }];
    const setup = { model: "models/my-live", tools };
    const { name, account } = await createToken(gateway.url, headers, {
      uses: 0,
      bidiGenerateContentSetup: setup,
    });
    assert.equal(account, made.headers.get("x-pollux-account"));
    const sent = gateway.emulator.requests.findLast(({ path }) => path.endsWith("/auth_tokens"));
    assert.deepEqual(Object(sent?.body).bidiGenerateContentSetup, {
      model: "models/gemini-3.8-live",
      tools,
    });
    await using client = new LiveClient(`${gateway.url}${CONSTRAINED_PATH}?access_token=${name}`);
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
  }
});

Deno.test("a token that Google refuses is not the account's fault", async () => {
  await using gateway = await startEmulatedGateway(WITH_KEY);
  const { name } = await createToken(gateway.url, { "x-goog-api-key": KEY }, { uses: 1 });
  const path = `${CONSTRAINED_PATH}?access_token=${name}`;
  {
    await using client = new LiveClient(gateway.url + path);
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
  }
  await using again = new LiveClient(gateway.url + path);
  await again.send({ setup: SETUP });
  assert.match((await again.closed).reason, /^Token has been used too many times/);
  await using other = new LiveClient(gateway.url + LIVE_PATH, { "x-goog-api-key": KEY });
  assert.deepEqual(await other.setUp(), { setupComplete: {} });
});

Deno.test("a token is valid as long as its maker's key", async () => {
  const keys = new Map([["planted-a", "key_a"]]);
  await using gateway = await startEmulatedGateway({
    clientKeys: clientKeysOf(keys),
    ...WITH_KEY,
  });
  const { name } = await createToken(gateway.url, { "x-goog-api-key": "planted-a" }, { uses: 0 });
  const path = `${CONSTRAINED_PATH}?access_token=${name}`;
  {
    await using client = new LiveClient(gateway.url + path);
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
  }
  keys.delete("planted-a");
  await using client = new LiveClient(gateway.url + path);
  assert.equal((await client.closed).code, 1008);
});

async function createToken(
  url: string,
  headers: Record<string, string>,
  body: unknown = { uses: 0 },
): Promise<{ readonly name: string; readonly account: string | null }> {
  const response = await fetch(`${url}/v1alpha/auth_tokens`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const { name } = await response.json();
  assert.match(name, /^auth_tokens\/\w+/);
  return { name, account: response.headers.get("x-pollux-account") };
}

Deno.test("a malformed upgrade gets an error by HTTP, and the gateway goes on", async (t) => {
  await using gateway = await startEmulatedGateway();
  const good = [
    "Upgrade: websocket",
    "Connection: keep-alive, Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  const cases: readonly (readonly [string, readonly string[], readonly number[]])[] = [
    ["none is missing", good, [101]],
    ["no Upgrade", good.filter((line) => !line.startsWith("Upgrade")), [426]],
    ["another protocol", [...good.slice(1), "Upgrade: h2c"], [426]],
    ["no Connection", good.filter((line) => !line.startsWith("Connection")), [426]],
    ["no key", good.slice(0, 3), [426]],
    ["an empty key", [...good.slice(0, 3), "Sec-WebSocket-Key:"], [101, 400, 426]],
    ["another version", [...good.filter((line) => !line.includes("13"))], [101, 400, 426]],
  ];
  for (const [name, lines, statuses] of cases) {
    await t.step(name, async () => {
      const head = [`GET ${LIVE_PATH} HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, ...lines];
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
      await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
      const buffer = new Uint8Array(4096);
      const count = await connection.read(buffer) ?? 0;
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(
        new TextDecoder().decode(buffer.subarray(0, count)),
      ) ?? [];
      assert.ok(statuses.includes(Number(status)), status);
    });
  }
  assert.deepEqual(gateway.problems, []);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
});

Deno.test("no error, log or close shows an ephemeral token", async () => {
  await using gateway = await startEmulatedGateway(WITH_KEY);
  const { name } = await createToken(gateway.url, { "x-goog-api-key": KEY });
  const withToken = `${CONSTRAINED_PATH}?access_token=${name}`;
  async function refused(path: string): Promise<string> {
    await using client = new LiveClient(gateway.url + path, { "x-goog-api-key": KEY });
    await client.send({ setup: SETUP });
    const { code, reason } = await client.closed;
    assert.equal(code, 1011);
    return reason;
  }
  const close = { code: 1011, reason: `Token ${name} exceeded your current quota` };
  gateway.emulator.script("one", [{ type: "live", close }, { type: "live", close }]);
  assert.equal(await refused(withToken), "Token auth_tokens/*** exceeded your current quota");
  // Now the account cools down, because another session found its quota exceeded.
  await refused(LIVE_PATH);
  assert.match(await refused(withToken), /^The account that holds "auth_tokens\/\*\*\*" is/);
  const response = await fetch(`${gateway.url}/v1alpha/${name}`, {
    headers: { "x-goog-api-key": KEY },
  });
  assert.equal(response.status, 404);
  assert.ok(!(await response.text()).includes(name));
  const id = name.slice("auth_tokens/".length);
  assert.equal(gateway.calls.length, 5);
  for (const { redaction: _, ...call } of gateway.calls) {
    assert.ok(!JSON.stringify(call).includes(id), JSON.stringify(call));
  }
});
