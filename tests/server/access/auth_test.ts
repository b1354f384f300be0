import assert from "node:assert/strict";
import type { AuthMode } from "../../../src/server/settings.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { call, errorOf, type GeminiCallOptions } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { rawRequest } from "../../support/raw_http.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const KEY = "the-gateway's-own-key";

interface Mode {
  readonly mode: AuthMode;
  readonly host: string;
  readonly apiKey: string | undefined;
  /** Whether a request without a key is let pass, to a model and to /healthz. */
  readonly open: boolean;
  readonly healthOpen: boolean;
}

const MODES: readonly Mode[] = [
  { mode: "off", host: "127.0.0.1", apiKey: KEY, open: true, healthOpen: true },
  { mode: "off", host: "0.0.0.0", apiKey: KEY, open: true, healthOpen: true },
  { mode: "strict", host: "127.0.0.1", apiKey: KEY, open: false, healthOpen: false },
  { mode: "all_except_health", host: "127.0.0.1", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "127.0.0.1", apiKey: undefined, open: true, healthOpen: true },
  { mode: "auto", host: "127.8.9.10", apiKey: undefined, open: true, healthOpen: true },
  { mode: "auto", host: "localhost", apiKey: undefined, open: true, healthOpen: true },
  { mode: "auto", host: "::1", apiKey: undefined, open: true, healthOpen: true },
  { mode: "auto", host: "127.0.0.1", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "localhost", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "::1", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "127.evil.example", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "0.0.0.0", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "::", apiKey: KEY, open: false, healthOpen: true },
  { mode: "auto", host: "192.168.0.1", apiKey: KEY, open: false, healthOpen: true },
];

/** Every route, as a request without a key. */
const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/v1beta/models"],
  ["GET", "/v1beta/models/gemini-2.5-flash"],
  ["HEAD", "/v1beta/models"],
  ["POST", "/v1beta/models/gemini-2.5-flash:generateContent"],
  ["POST", "/v1beta/models/gemini-2.5-flash:streamGenerateContent"],
  ["POST", "/v1beta/models/gemini-2.5-flash:countTokens"],
  ["POST", "/v1beta/models/gemini-2.5-flash/countTokens"],
  ["GET", "/nowhere"],
];

Deno.test("Each mode asks for the key where the design says so", async (t) => {
  for (const { mode, host, apiKey, open, healthOpen } of MODES) {
    await t.step(`${mode} on ${host}${apiKey === undefined ? "" : " with a key"}`, async () => {
      const settings = { server: { host }, auth: { mode, apiKey } };
      await using gateway = await startEmulatedGateway({ settings });
      for (const path of ["/healthz", "/v1beta/healthz/"]) {
        const health = await fetch(gateway.url + path);
        assert.equal(health.status, healthOpen ? 200 : 401, path);
        if (healthOpen) assert.deepEqual(await health.json(), { status: "ok" });
        else assert.equal((await errorOf(health)).status, "UNAUTHENTICATED");
      }
      for (const [method, path] of ROUTES) {
        const body = method === "POST" ? '{"contents":[{"parts":[{"text":"Hi"}]}]}' : null;
        const response = await fetch(gateway.url + path, { method, body });
        assert.equal(response.status !== 401, open, `${method} ${path}`);
        await response.body?.cancel();
      }
      assert.equal(gateway.emulator.requests.length > 0, open);
      assert.equal(gateway.gateway.keyPolicy.refusesAll, false);
    });
  }
});

/** The four places, and how clients write them. */
const PLACES: readonly (readonly [name: string, place: (key: string) => GeminiCallOptions])[] = [
  ["x-goog-api-key", (key) => ({ headers: { "x-goog-api-key": key } })],
  ["Authorization: Bearer", (key) => ({ headers: { authorization: `Bearer ${key}` } })],
  ["authorization in lower case", (key) => ({ headers: { authorization: `bearer  ${key}` } })],
  ["x-api-key", (key) => ({ headers: { "x-api-key": key } })],
  ["?key=", (key) => ({ query: `?key=${encodeURIComponent(key)}` })],
  ["?alt=json&key=", (key) => ({ query: `?alt=json&key=${encodeURIComponent(key)}` })],
];

/** Keys that are not the gateway's. */
const WRONG_KEYS = [
  "",
  "wrong",
  KEY.slice(1),
  `${KEY}x`,
  KEY.toUpperCase(),
  "undefined",
  "null",
  "*",
];

Deno.test("The gateway's key is taken from each of its places, and no other key is", async (t) => {
  const clock = new FakeClock();
  await using gateway = await startEmulatedGateway({
    clock,
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  for (const [name, place] of PLACES) {
    await t.step(name, async () => {
      gateway.emulator.clear();
      // Otherwise there are too many wrong keys in a minute.
      clock.advance(60_000);
      const good = await call(gateway.url, place(KEY));
      assert.equal(good.status, 200);
      await good.body?.cancel();
      assert.equal(gateway.emulator.requests.length, 1);
      for (const key of WRONG_KEYS) {
        const refused = await call(gateway.url, place(key));
        assert.equal(refused.status, 401, key);
        const { message, status, details } = await errorOf(refused);
        assert.deepEqual([status, details], ["UNAUTHENTICATED", undefined]);
        assert.match(message, key === "" ? /asks for its key/ : /not this gateway's/);
        assert.ok(!message.includes(KEY));
      }
      assert.equal(gateway.emulator.requests.length, 1);
    });
  }
});

Deno.test("An empty key in one place does not hide the good one in the next", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  for (const headers of [{ "x-goog-api-key": "" }, { authorization: "Bearer " }]) {
    const response = await call(gateway.url, { headers, query: `?key=${encodeURIComponent(KEY)}` });
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }
  const headers = { "x-goog-api-key": "", authorization: `Bearer ${KEY}` };
  const response = await call(gateway.url, { headers });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("A wrong key in the first place is not mended by a good one in the next", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  const headers = { "x-goog-api-key": "wrong", "x-api-key": KEY };
  assert.equal((await errorOf(await call(gateway.url, { headers }))).code, 401);
  const query = `?key=${encodeURIComponent(KEY)}`;
  const wrong = { "x-goog-api-key": "wrong" };
  assert.equal((await errorOf(await call(gateway.url, { headers: wrong, query }))).code, 401);
});

/** What proxies and tunnels add. */
const FORWARDING: readonly (readonly [name: string, value: string])[] = [
  ["forwarded", "for=203.0.113.9"],
  ["x-forwarded-for", "203.0.113.9"],
  ["X-Forwarded-Proto", "https"],
  ["x-forwarded-host", "gateway.example"],
  ["x-forwarded-for", ""],
  ["x-forwarded-for", "127.0.0.1"],
  ["x-forwarded-unheard-of", "1"],
  ["x-forwarded", "203.0.113.9"],
  ["x-real-ip", "203.0.113.9"],
  ["via", "1.1 proxy"],
  ["cf-ray", "8f1"],
  ["CF-Connecting-IP", "203.0.113.9"],
];

Deno.test("A forwarded request needs a key, and without one is told why and what to set", async () => {
  await using open = await startEmulatedGateway();
  await using keyed = await startEmulatedGateway({ settings: { auth: { apiKey: KEY } } });
  for (const [name, value] of FORWARDING) {
    const refused = await errorOf(await call(open.url, { headers: { [name]: value } }));
    assert.deepEqual([refused.code, refused.status], [401, "UNAUTHENTICATED"], name);
    assert.match(refused.message, new RegExp(`forwarded.*"${name}".*auth\\.api_key`, "i"));
    const health = await fetch(`${open.url}/healthz`, { headers: { [name]: value } });
    assert.equal(health.status, 200);
    await health.body?.cancel();
    // It grants nothing, and the key opens all the same.
    const keyless = await errorOf(await call(keyed.url, { headers: { [name]: value } }));
    assert.equal(keyless.code, 401);
    const headers = { [name]: value, "x-goog-api-key": KEY };
    const good = await call(keyed.url, { headers });
    assert.equal(good.status, 200);
    await good.body?.cancel();
  }
  assert.deepEqual(open.emulator.requests, []);
  assert.equal(keyed.emulator.requests.length, FORWARDING.length);
});

Deno.test("A header that only resembles a forwarding one asks for no key", async () => {
  await using gateway = await startEmulatedGateway();
  for (const name of ["x-forward", "x-forwarder", "viable", "cfg-x", "x-via"]) {
    const response = await call(gateway.url, { headers: { [name]: "1" } });
    assert.equal(response.status, 200, name);
    await response.body?.cancel();
  }
});

Deno.test("auth.mode off asks for no key, whoever forwards and whatever hosts are allowed", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { allowedHosts: ["a.example"] }, auth: { mode: "off", apiKey: KEY } },
  });
  const response = await call(gateway.url, { headers: { "x-forwarded-for": "203.0.113.9" } });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

/** What nginx on the same machine sends with `proxy_set_header Host $host` and nothing more. */
function byName(key?: string): string {
  const body = '{"contents":[{"parts":[{"text":"hi"}]}]}';
  const lines = [
    "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1",
    "Host: gateway.example",
    ...key === undefined ? [] : [`x-goog-api-key: ${key}`],
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

Deno.test("A call by a name of server.allowed_hosts needs the key, with or without one configured", async () => {
  const server = { allowedHosts: ["gateway.example"] };
  await using keyed = await startEmulatedGateway({ settings: { server, auth: { apiKey: KEY } } });
  assert.equal((await rawRequest(keyed.port, byName())).status, 401);
  assert.equal((await rawRequest(keyed.port, byName("wrong"))).status, 401);
  assert.equal((await rawRequest(keyed.port, byName(KEY))).status, 200);
  await using keyless = await startEmulatedGateway({ settings: { server } });
  const refused = await rawRequest(keyless.port, byName());
  assert.equal(refused.status, 401);
  assert.match(refused.body, /there is none.*pollux keys create NAME.*POLLUX_AUTH_API_KEY/);
  assert.equal(keyless.gateway.keyPolicy.refusesAll, true);
});

for (const apiKey of [undefined, ""]) {
  const name = apiKey === undefined ? "no key" : "an empty key";
  Deno.test(`Every request is rejected when auth is on and ${name} is configured`, async (t) => {
    for (const mode of ["strict", "all_except_health", "auto"] as const) {
      await t.step(mode, async () => {
        const server = { allowedHosts: ["a.example"] };
        const settings = { server, auth: { mode, apiKey } };
        await using gateway = await startEmulatedGateway({ settings });
        assert.equal(gateway.gateway.keyPolicy.refusesAll, true);
        const tries = [{}, ...PLACES.flatMap(([, place]) => WRONG_KEYS.map(place))];
        for (const options of tries) {
          const error = await errorOf(await call(gateway.url, options));
          assert.equal(error.status, "UNAUTHENTICATED");
          assert.match(error.message, /POLLUX_AUTH_API_KEY/);
        }
        assert.deepEqual(gateway.emulator.requests, []);
      });
    }
  });
}

Deno.test("A preflight needs no key, since browsers send none with it", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  const response = await fetch(`${gateway.url}/v1beta/models`, { method: "OPTIONS" });
  assert.equal(response.status, 204);
});

Deno.test("What a client sends as its key, and other credentials of its own, never reach upstream", async () => {
  await using upstream = startTestUpstream();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  const headers = {
    "authorization": `Bearer ${KEY}`,
    "x-api-key": KEY,
    "x-goog-api-key": KEY,
    "x-goog-user-project": "clients-project",
    "cookie": `key=${KEY}`,
    "x-forwarded-for": "10.0.0.1",
    "referer": `http://page.example/?key=${KEY}`,
  };
  const key = encodeURIComponent(KEY);
  const query = `?key=${key}&access_token=${key}&$key=${key}`;
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
    await (await call(gateway.url, { method, headers, query })).text();
  }
  await (await fetch(`${gateway.url}/v1beta/models${query}`, { headers })).text();
  assert.equal(upstream.seen.length, 4);
  for (const request of upstream.seen) {
    const sent = `${request.target}\n${[...request.headers].join("\n")}\n${request.body}`;
    assert.ok(!sent.includes("own-key"), sent);
    assert.equal(request.headers.get("x-goog-api-key"), "planted-key");
    assert.equal(request.headers.has("authorization"), false);
    assert.equal(request.headers.has("cookie"), false);
    assert.equal(request.headers.has("x-goog-user-project"), false);
    assert.match(request.headers.get("user-agent") ?? "", /^pollux/i);
  }
});

Deno.test("With auth off, a client's own Google key is not used in place of the account's", async () => {
  await using gateway = await startEmulatedGateway();
  const headers = { "x-goog-api-key": "AIza-clients-own" };
  const response = await call(gateway.url, { headers });
  assert.equal(response.status, 200);
  await response.body?.cancel();
  const [request] = gateway.emulator.requests;
  assert.equal(request?.account, "one");
  assert.ok(!JSON.stringify([...request?.headers ?? []]).includes("AIza-clients-own"));
});
