/** Who may read the metrics. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../../support/client_keys.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";

const ADMIN_KEY = "planted-admin-key";
const API_KEY = "planted-gateway-key";
const CALLER = "planted-client-a";
const READER = "planted-client-reader";
const BOTH = "planted-client-of-both";

const PARTS = {
  accounts: [],
  adminKey: ADMIN_KEY,
  metrics: { text: () => "up 1\n", type: "text/plain; version=0.0.4" },
} as const;

const CLIENT_KEYS = clientKeysOf(new Map([[CALLER, "a"], [READER, "reader"], [BOTH, "both"]]), {
  reader: { may: ["metrics"] },
  both: { may: ["calls", "metrics"] },
});

/** Asks for the metrics; returns the status. */
async function ask(url: string, headers: Readonly<Record<string, string>> = {}, query = "") {
  const response = await fetch(`${url}/metrics${query}`, { headers });
  const text = await response.text();
  if (response.status === 200) {
    assert.equal(text, "up 1\n");
    assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4");
    assert.equal(response.headers.get("cache-control"), "no-store");
  }
  return response.status;
}

Deno.test("GET /metrics is open where clients need no key, but not to forwarded requests", async () => {
  await using gateway = await startTestGateway(PARTS);
  assert.equal(await ask(gateway.url), 200);
  assert.equal(await ask(gateway.url, { via: "1.1 proxy" }), 401);
  gateway.apply({ auth: { mode: "off", apiKey: API_KEY } });
  assert.equal(await ask(gateway.url, { via: "1.1 proxy" }), 200);
});

Deno.test("GET /metrics is no place to guess the admin key, also where clients have no keys", async () => {
  await using gateway = await startTestGateway(PARTS);
  const guess = (key: string) => ask(gateway.url, { via: "1.1 proxy", "x-goog-api-key": key });
  async function guessAll() {
    const statuses: number[] = [];
    for (let nth = 0; nth < 11; nth++) statuses.push(await guess(`planted-guess-${nth}`));
    return statuses;
  }
  assert.deepEqual(await guessAll(), [...Array(10).fill(401), 429]);
  assert.equal(await guess(ADMIN_KEY), 200);
  // A request without a key guesses nothing.
  assert.equal(await ask(gateway.url, { via: "1.1 proxy" }), 401);
  await using strict = await startTestGateway({ ...PARTS, settings: { auth: { mode: "strict" } } });
  for (let nth = 0; nth < 11; nth++) {
    const status = await ask(strict.url, { "x-goog-api-key": `planted-guess-${nth}` });
    assert.equal(status, nth < 10 ? 401 : 429);
  }
});

for (const mode of ["auto", "strict", "all_except_health"] as const) {
  Deno.test(`GET /metrics takes the keys that may read them where auth.mode is ${mode}`, async () => {
    await using gateway = await startTestGateway({
      ...PARTS,
      clientKeys: CLIENT_KEYS,
      settings: { auth: { mode, apiKey: API_KEY } },
    });
    const { url } = gateway;
    assert.equal(await ask(url), 401);
    for (const key of [ADMIN_KEY, API_KEY, READER, BOTH]) {
      assert.equal(await ask(url, { authorization: `Bearer ${key}` }), 200, key);
      assert.equal(await ask(url, { "x-goog-api-key": key }), 200, key);
    }
    assert.equal(await ask(url, {}, `?key=${READER}`), 200);
    // The admin key in an address would be in logs.
    assert.equal(await ask(url, {}, `?key=${ADMIN_KEY}`), 401);
    assert.equal(await ask(url, { "x-goog-api-key": "planted-wrong-key" }), 401);
    const refused = await fetch(`${url}/metrics`, { headers: { "x-goog-api-key": CALLER } });
    const { code, message } = await errorOf(refused);
    assert.equal(code, 403);
    assert.match(message, /"a" may not read the metrics.*keys edit a --may calls,metrics/);
  });
}

Deno.test("A key that may only read the metrics makes no call", async () => {
  await using gateway = await startTestGateway({ ...PARTS, clientKeys: CLIENT_KEYS });
  const list = (key: string) =>
    fetch(`${gateway.url}/v1beta/models`, { headers: { "x-goog-api-key": key } });
  const { code, message } = await errorOf(await list(READER));
  assert.equal(code, 403);
  assert.match(message, /"reader" may only read the metrics.*--may calls,metrics/);
  for (const key of [CALLER, BOTH]) {
    const response = await list(key);
    assert.notEqual(response.status, 403);
    await response.body?.cancel();
  }
});

Deno.test("GET /metrics is not served where there are none, and takes no other verb", async () => {
  await using without = await startTestGateway({ accounts: [] });
  assert.equal(await ask(without.url), 404);
  await using gateway = await startTestGateway(PARTS);
  const response = await fetch(`${gateway.url}/metrics`, { method: "POST", body: "x" });
  await response.body?.cancel();
  assert.equal(response.status, 404);
  assert.equal(await ask(gateway.url), 200);
});
