/** Limits and rules of keys for Live sessions. @module */
import assert from "node:assert/strict";
import type { ClientKey } from "../../../src/keys/client_key.ts";
import { within } from "../../support/deadline.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import type { TestGateway } from "../../support/gateway.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { CONSTRAINED_PATH, LIVE_PATH, LiveClient, SETUP } from "../../support/live_client.ts";

/** Longest wait, in ms. */
const LIMIT_MS = 30_000;

const MODEL = "gemini-3.8-live";

async function startLimited(anna: Partial<ClientKey>) {
  const gateway = await startEmulatedGateway({
    settings: { aliases: { "my-live": MODEL } },
    clientKeys: limitedKeys({ anna }),
  });
  const { url, emulator } = gateway;
  return {
    gateway,
    emulator,
    url,
    connect: () => new LiveClient(url + LIVE_PATH, withKey("anna")),
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** How a session is closed whose setup is refused. */
async function refusalOf(client: LiveClient, model: string): Promise<string> {
  await client.send({ setup: { ...SETUP, model: `models/${model}` } });
  return await closeOf(client);
}

/** The code and the reason with which a session is closed that could be opened. */
async function closeOf(client: LiveClient): Promise<string> {
  await client.opened;
  const { code, reason } = await client.closed;
  return `${code} ${reason}`;
}

/** Resolves when a call with this status is over. */
async function callWith(gateway: TestGateway, status: number): Promise<void> {
  const over = gateway.waitForCall((call) => call.status === status);
  await within(LIMIT_MS, over, { what: `A call with status ${status}` });
}

Deno.test("A key's rules for models hold for the setup of a session, after aliasing", async (t) => {
  for (const rules of [{ deny: ["*-live"] }, { allow: ["gemini-2.5-*"] }]) {
    for (const model of [MODEL, "my-live"]) {
      await t.step(`${JSON.stringify(rules)}: ${model}`, async () => {
        await using limited = await startLimited(rules);
        await using client = limited.connect();
        assert.match(
          await refusalOf(client, model),
          /^1008 The key "anna" may not use the model "gemini-3\.8-live": it is (denied|allowed only) "/,
        );
        assert.equal(limited.emulator.liveSessions.length, 0);
      });
    }
  }
  await using limited = await startLimited({ allow: ["*-live"] });
  await using client = limited.connect();
  assert.deepEqual(await client.setUp({ ...SETUP, model: "models/my-live" }), {
    setupComplete: {},
  });
});

Deno.test("A session of an ephemeral token has the rules and limits of its maker's key", async () => {
  await using limited = await startLimited({
    deny: ["*-other"],
    limits: { requestsPerMinute: 3 },
  });
  const made = await fetch(`${limited.url}/v1alpha/auth_tokens`, {
    method: "POST",
    headers: withKey("anna"),
    body: '{"uses":0}',
  });
  assert.equal(made.headers.get("x-ratelimit-remaining-requests"), "2");
  const { name } = await made.json();
  const path = `${limited.url}${CONSTRAINED_PATH}?access_token=${name}`;
  {
    await using client = new LiveClient(path);
    assert.match(
      await refusalOf(client, "any-other"),
      /^1008 The key "anna" may not use the model/,
    );
  }
  {
    await using client = new LiveClient(path);
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
  }
  await using client = new LiveClient(path);
  assert.match(await closeOf(client), /^1011 The key "anna" has reached its limit of 3 requests/);
});

Deno.test("A session beyond a limit of requests is closed with the reason, and reaches no account", async () => {
  await using limited = await startLimited({ limits: { requestsPerMinute: 1 } });
  {
    await using client = limited.connect();
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
  }
  const before = limited.emulator.requests.length;
  await using refused = limited.connect();
  assert.match(
    await closeOf(refused),
    /^1011 The key "anna" has reached its limit of 1 requests per minute\. Please retry in /,
  );
  assert.equal(limited.emulator.requests.length, before);
  await callWith(limited.gateway, 429);
});

Deno.test("A session that passes a limit of tokens goes on, and the next one is refused", async () => {
  await using limited = await startLimited({ limits: { tokensPerDay: 1 } });
  {
    await using client = limited.connect();
    await client.setUp();
    for (let turn = 0; turn < 3; turn++) assert.ok((await client.say("Hi")).length > 0);
  }
  await using next = limited.connect();
  assert.match(
    await refusalOf(next, MODEL),
    /^1011 The key "anna" has reached its limit of 1 tokens/,
  );
});

Deno.test("A session occupies one of the calls of its key until it is closed", async () => {
  await using limited = await startLimited({ limits: { maxConcurrent: 1 } });
  {
    await using first = limited.connect();
    await first.setUp();
    await using second = limited.connect();
    assert.match(await closeOf(second), /^1011 The key "anna" has 1 call in flight/);
  }
  await callWith(limited.gateway, 101);
  await using third = limited.connect();
  assert.deepEqual(await third.setUp(), { setupComplete: {} });
});

/** Opens a socket and closes it again; the headers of the response. */
async function upgradeHeaders(port: number): Promise<Headers> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = [
    `GET ${LIVE_PATH} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...Object.entries(withKey("anna")).map(([name, value]) => `${name}: ${value}`),
  ];
  await connection.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  let head = "";
  for await (const bytes of connection.readable) {
    head += new TextDecoder().decode(bytes);
    if (head.includes("\r\n\r\n")) break;
  }
  const [status, ...rows] = head.split("\r\n\r\n", 1)[0]?.split("\r\n") ?? [];
  assert.equal(status, "HTTP/1.1 101 Switching Protocols");
  return new Headers(rows.map((row): [string, string] => {
    const [name = "", value = ""] = row.split(": ", 2);
    return [name, value];
  }));
}

Deno.test("The response that opens a socket says what is left, also if the session is refused", async () => {
  await using limited = await startLimited({ limits: { requestsPerMinute: 2 } });
  for (const left of ["1", "0", "0"]) {
    const headers = await upgradeHeaders(limited.gateway.port);
    assert.equal(headers.get("x-ratelimit-limit-requests"), "2");
    assert.equal(headers.get("x-ratelimit-remaining-requests"), left);
    assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  }
});
