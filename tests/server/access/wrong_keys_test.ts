/** What happens to an address that sends many wrong keys. @module */
import assert from "node:assert/strict";
import {
  MOST_NETWORKS,
  MOST_WRONG_KEYS,
  WrongKeyError,
  WrongKeys,
} from "../../../src/server/access/wrong_keys.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { CONSTRAINED_PATH, LIVE_PATH, LiveClient } from "../../support/live_client.ts";

const KEY = "planted-gateway-key";
const CLIENT_KEY = "planted-client-key";
const ADMIN_KEY = "planted-admin-key";
const WRONG = { "x-goog-api-key": "planted-wrong-key" };
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const ERROR = new WrongKeyError("Wrong");

/** A count with a clock, and the networks that it reported. */
function counting() {
  const clock = new FakeClock();
  const reported: string[] = [];
  const wrongKeys = new WrongKeys({ clock, onMany: (network) => reported.push(network) });
  /** Sends wrong keys; returns the time to wait in ms for each that gets 429, and 0 for each that doesn't. */
  const waits = (count: number, network = "192.0.2.1") =>
    Array.from({ length: count }, () => wrongKeys.counted(ERROR, network).retryAfterMs ?? 0);
  return { clock, reported, waits };
}

Deno.test("WrongKeys lets ten wrong keys of a network pass in any minute, and no more", () => {
  const { clock, reported, waits } = counting();
  assert.deepEqual(waits(5), Array(5).fill(0));
  clock.advance(20_000);
  assert.deepEqual(waits(6), [0, 0, 0, 0, 0, 40_000]);
  // What is refused so is not counted: the stated time stays true.
  clock.advance(39_999);
  assert.deepEqual(waits(2), [1, 1]);
  clock.advance(1);
  assert.deepEqual(waits(6), [0, 0, 0, 0, 0, 20_000]);
  assert.deepEqual(waits(1, "192.0.2.2"), [0]);
  assert.deepEqual(reported, ["192.0.2.1"]);
});

Deno.test("WrongKeys reports a network once, and again after a minute without wrong keys", () => {
  const { clock, reported, waits } = counting();
  // Somebody who never stops is reported once.
  for (let minute = 0; minute < 5; minute++) {
    for (let nth = 0; nth < 60; nth++, clock.advance(1000)) waits(1);
  }
  assert.deepEqual(reported, ["192.0.2.1"]);
  clock.advance(60_000);
  waits(11);
  assert.equal(reported.length, 2);
});

Deno.test("WrongKeys does not wait longer if the wall clock is set", () => {
  const { clock, waits } = counting();
  waits(10);
  clock.set(-86_400_000);
  assert.deepEqual(waits(1), [60_000]);
  clock.advance(60_000);
  assert.deepEqual(waits(1), [0]);
});

Deno.test("WrongKeys remembers a bounded number of networks", () => {
  const { waits } = counting();
  waits(MOST_WRONG_KEYS, "first");
  assert.deepEqual(waits(1, "first"), [60_000]);
  for (let nth = 0; nth < MOST_NETWORKS; nth++) waits(1, `10.${nth}`);
  assert.deepEqual(waits(1, "first"), [0]);
});

function gatewayWith(options: Parameters<typeof startEmulatedGateway>[0] = {}) {
  return startEmulatedGateway({
    settings: { auth: { apiKey: KEY } },
    clientKeys: clientKeysOf(new Map([[CLIENT_KEY, "one"]])),
    adminKey: ADMIN_KEY,
    ...options,
  });
}

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

Deno.test("The eleventh wrong key from an address gets 429 with the true time, and right keys are served", async () => {
  const clock = new FakeClock();
  const networks: string[] = [];
  await using gateway = await gatewayWith({
    clock,
    onWrongKeys: (network) => networks.push(network),
  });
  for (let nth = 0; nth < 10; nth++) {
    assert.equal(await statusOf(call(gateway.url, { headers: WRONG })), 401);
    clock.advance(1000);
  }
  assert.deepEqual(networks, []);
  const refused = await call(gateway.url, { headers: WRONG });
  assert.equal(refused.headers.get("retry-after"), "50");
  const error = await errorOf(refused);
  assert.deepEqual([error.code, error.status], [429, "RESOURCE_EXHAUSTED"]);
  assert.deepEqual(error.details, [{ "@type": RETRY_INFO, retryDelay: "50s" }]);
  assert.match(error.message, /^10 wrong keys came from this address within a minute/);
  assert.deepEqual(networks, ["127.0.0.1"]);
  for (const key of [KEY, CLIENT_KEY]) {
    assert.equal(await statusOf(call(gateway.url, { headers: { "x-goog-api-key": key } })), 200);
  }
  // Without a key there is nothing to guess.
  assert.equal(await statusOf(call(gateway.url)), 401);
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz`, { headers: WRONG })), 200);
  // The other settings and the other doors go on with the same count.
  gateway.apply({ auth: { apiKey: KEY } });
  const admin = `${gateway.url}/admin/status`;
  assert.equal(await statusOf(fetch(admin, { headers: WRONG })), 429);
  assert.equal(await statusOf(fetch(admin, { headers: { "x-goog-api-key": ADMIN_KEY } })), 200);
  assert.equal(await statusOf(fetch(admin)), 401);
  await using socket = new LiveClient(gateway.url + LIVE_PATH, WRONG);
  const { code, reason } = await socket.closed;
  assert.equal(code, 1011);
  assert.match(reason, /10 wrong keys/);
  clock.advance(50_000);
  assert.equal(await statusOf(call(gateway.url, { headers: WRONG })), 401);
});

Deno.test("Wrong keys for the admin routes and for uploads are counted, too", async () => {
  await using gateway = await gatewayWith();
  const upload = `${gateway.url}/upload/v1beta/files?upload_id=x`;
  for (let nth = 0; nth < 5; nth++) {
    assert.equal(await statusOf(fetch(`${gateway.url}/admin/status`, { headers: WRONG })), 401);
    assert.equal(await statusOf(fetch(upload, { method: "POST", headers: WRONG })), 401);
  }
  assert.equal(await statusOf(call(gateway.url, { headers: WRONG })), 429);
});

Deno.test("Ephemeral tokens that nobody made count as wrong keys, and a right one is served", async () => {
  await using gateway = await gatewayWith();
  const made = await fetch(`${gateway.url}/v1alpha/auth_tokens`, {
    method: "POST",
    headers: { "x-goog-api-key": CLIENT_KEY },
    body: '{"uses":0}',
  });
  const { name } = await made.json();
  const ask = (token: string) =>
    statusOf(fetch(`${gateway.url}${CONSTRAINED_PATH}?access_token=${token}`));
  for (let nth = 0; nth < 10; nth++) assert.equal(await ask(`auth_tokens/guess-${nth}`), 401);
  assert.equal(await ask("auth_tokens/guess-10"), 429);
  assert.equal(await statusOf(call(gateway.url, { headers: WRONG })), 429);
  // Without an upgrade, the right one gets this far.
  assert.equal(await ask(name), 426);
});

Deno.test("Behind a trusted proxy, each client is counted by itself", async () => {
  const server = { trustedProxies: ["127.0.0.1"] };
  const networks: string[] = [];
  await using gateway = await gatewayWith({
    settings: { server, auth: { apiKey: KEY } },
    onWrongKeys: (network) => networks.push(network),
  });
  const from = (address: string) =>
    statusOf(call(gateway.url, { headers: { ...WRONG, "x-forwarded-for": address } }));
  for (let nth = 0; nth < 10; nth++) {
    assert.equal(await from(`198.51.100.${nth}, 203.0.113.9`), 401);
  }
  assert.equal(await from("203.0.113.9"), 429);
  assert.equal(await from("203.0.113.9, 127.0.0.1"), 429);
  // Only the rightmost entry is the proxy's own.
  assert.equal(await from("203.0.113.9, 203.0.113.10"), 401);
  for (let nth = 0; nth < 10; nth++) assert.equal(await from(`2001:db8::${nth}`), 401);
  assert.equal(await from("2001:db8::abcd:1"), 429);
  assert.equal(await from("2001:db8:0:1::1"), 401);
  assert.deepEqual(networks, ["203.0.113.9", "2001:db8:0:0::/64"]);
});

Deno.test("Without trusted proxies, a client cannot change its address with X-Forwarded-For", async () => {
  await using gateway = await gatewayWith();
  for (let nth = 0; nth <= 10; nth++) {
    const headers = { ...WRONG, "x-forwarded-for": `203.0.113.${nth}` };
    assert.equal(await statusOf(call(gateway.url, { headers })), nth < 10 ? 401 : 429);
  }
});

Deno.test("A gateway that needs no key counts none, whatever its clients send", async () => {
  await using gateway = await startEmulatedGateway();
  for (let nth = 0; nth < 12; nth++) {
    assert.equal(await statusOf(call(gateway.url, { headers: WRONG })), 200);
  }
});
