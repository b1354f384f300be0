/** What one client key made, of every kind, is not another's: real keys before a gateway. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import {
  emulatedAccount,
  type EmulatedGateway,
  startEmulatedGateway,
} from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { realKeys } from "../../support/real_keys.ts";
import { CONSTRAINED_PATH, LIVE_PATH, LiveClient, SETUP } from "../../support/live_client.ts";
import { ask, FLASH, type Json, type Kind, KINDS, lists, make, TURN } from "./resource_kinds.ts";

const API_KEY = "planted-gateway-key";
const ACCOUNTS = { one: "gemini-api", two: "gemini-api" } as const;

/** A gateway with two keys, and its own. */
async function startPlace() {
  const keys = await realKeys();
  const gateway = await startEmulatedGateway({
    accounts: ACCOUNTS,
    clientKeys: keys.ring,
    settings: { auth: { apiKey: API_KEY } },
  });
  return {
    keys,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      keys[Symbol.dispose]();
    },
  };
}

for (const [title, kind] of Object.entries(KINDS)) {
  Deno.test(`${title} of one client key is not another's, also under the same name or a new text`, async () => {
    await using place = await startPlace();
    const { keys, gateway } = place;
    const ada = await keys.create("ada");
    const bob = await keys.create("bob");
    const name = await make(kind, gateway, ada.text);
    const uses = kind.uses?.(name) ?? [];
    async function refused(key: string): Promise<void> {
      const before = gateway.emulator.requests.length;
      for (const [target, body] of [[`GET ${name}`], ...uses, [`DELETE ${name}`]] as const) {
        const { status, json } = await ask(gateway, target, { key, body });
        assert.ok([400, 403, 404].includes(status), `${target}: ${status} ${JSON.stringify(json)}`);
        assert.ok(!JSON.stringify(json).includes("ada"), "An error names another key");
      }
      assert.equal(gateway.emulator.requests.length, before, "A refused request reached Google");
      if (kind.list !== undefined) {
        assert.equal(await lists(kind.list, name, { gateway, key }), false);
      }
    }
    async function allowed(key: string): Promise<void> {
      assert.equal((await ask(gateway, `GET ${name}`, { key })).status, 200);
      for (const [target, body] of uses) {
        const before = gateway.emulator.requests.length;
        await ask(gateway, target, { key, body });
        assert.ok(gateway.emulator.requests.length > before, `${target} did not reach Google`);
      }
      if (kind.list !== undefined) {
        assert.equal(await lists(kind.list, name, { gateway, key }), true);
      }
    }
    await allowed(ada.text);
    await refused(bob.text);
    await refused(API_KEY);
    const rotated = await keys.book.rotate("ada", 0);
    await keys.ring.refresh();
    await allowed(rotated.text);
    await refused(bob.text);
    await keys.book.remove("ada");
    const next = await keys.create("ada");
    await refused(next.text);
    await refused(bob.text);
    // What a removed key made is the administrator's to clean up.
    await allowed(API_KEY);
  });
}

/** Opens a session, says something, and returns the session's handle. */
async function handleOf({ url }: EmulatedGateway, key: string): Promise<string> {
  await using client = new LiveClient(url + LIVE_PATH, { "x-goog-api-key": key });
  await client.setUp({ ...SETUP, sessionResumption: {} });
  await client.say("Hello");
  const { sessionResumptionUpdate }: Json = await client.next();
  return sessionResumptionUpdate.newHandle;
}

/** Whether a key resumes the session of a handle. */
async function resumes(gateway: EmulatedGateway, handle: string, key: string): Promise<boolean> {
  await using client = new LiveClient(gateway.url + LIVE_PATH, { "x-goog-api-key": key });
  await client.send({ setup: { ...SETUP, sessionResumption: { handle } } });
  const first = await Promise.race([client.next().catch(() => undefined), client.closed]);
  return first !== undefined && "setupComplete" in first;
}

/** Whether an ephemeral token opens a session. */
async function opens(gateway: EmulatedGateway, token: string): Promise<boolean> {
  await using client = new LiveClient(`${gateway.url}${CONSTRAINED_PATH}?access_token=${token}`);
  const first = await Promise.race([client.setUp().catch(() => undefined), client.closed]);
  return first !== undefined && "setupComplete" in first;
}

Deno.test("A Live session and an ephemeral token live through a rotation, and end with their key", async () => {
  await using place = await startPlace();
  const { keys, gateway } = place;
  const ada = await keys.create("ada");
  const bob = await keys.create("bob");
  const made = await ask(gateway, "POST v1alpha/auth_tokens", { key: ada.text, body: { uses: 0 } });
  assert.equal(made.status, 200, JSON.stringify(made.json));
  const token: string = made.json.name;
  const handle = await handleOf(gateway, ada.text);
  assert.equal(await resumes(gateway, handle, bob.text), false);
  assert.equal(await opens(gateway, token), true);
  const rotated = await keys.book.rotate("ada", 0);
  await keys.ring.refresh();
  assert.equal(await resumes(gateway, handle, rotated.text), true);
  assert.equal(await opens(gateway, token), true);
  const change = async (isDisabled: boolean) => {
    await keys.book.edit("ada", (key) => ({ ...key, isDisabled }));
    await keys.ring.refresh();
  };
  await change(true);
  assert.equal(await opens(gateway, token), false);
  await change(false);
  assert.equal(await opens(gateway, token), true);
  await keys.book.remove("ada");
  const next = await keys.create("ada");
  assert.equal(await opens(gateway, token), false);
  assert.equal(await resumes(gateway, handle, next.text), false);
});

Deno.test("A key with --accounts makes and uses everything with these accounts, of every kind", async () => {
  await using place = await startPlace();
  const { keys, gateway: { emulator, url }, gateway } = place;
  const { text: key } = await keys.create("ada", { accounts: ["two"] });
  const made: [string, Kind][] = [];
  // The gateway asks all accounts for their models once, for all keys.
  const others = () =>
    emulator.requests.filter(({ account, method, path }) =>
      account !== "two" && `${method} ${path}` !== "GET /v1beta/models"
    );
  for (const kind of Object.values(KINDS)) {
    for (let round = 0; round < (kind.post?.[0] === "agents" ? 1 : 3); round++) {
      const name = await make(kind, gateway, key).catch((error) => {
        // The same id again.
        assert.match(String(error), /already exists/);
      });
      if (name !== undefined) made.push([name, kind]);
    }
  }
  for (const [name, kind] of made) {
    assert.equal((await ask(gateway, `GET ${name}`, { key })).status, 200, name);
    for (const [target, body] of kind.uses?.(name) ?? []) await ask(gateway, target, { key, body });
    if (kind.list !== undefined) await lists(kind.list, name, { gateway, key });
  }
  const prompt = { contents: [TURN] };
  for (let round = 0; round < 3; round++) {
    for (
      const [path, body] of [
        [`models/${FLASH}:streamGenerateContent`, prompt],
        [`models/${FLASH}:countTokens`, prompt],
        ["models/gemini-embedding-001:embedContent", { content: TURN }],
        ["v1alpha/auth_tokens", { uses: 1 }],
        ["v1/models/gemini-2.5-flash:generateContent", prompt],
        [
          "v1beta1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:countTokens",
          prompt,
        ],
      ] as const
    ) {
      const response = await fetch(`${url}/${path.startsWith("v1") ? path : `v1beta/${path}`}`, {
        method: "POST",
        headers: { "x-goog-api-key": key, "x-session-id": `${path}${round}` },
        body: JSON.stringify(body),
      });
      assert.equal(response.status, 200, `${path}: ${await response.text()}`);
    }
    await handleOf(gateway, key);
  }
  await ask(gateway, "GET models", { key });
  await ask(gateway, `GET models/${FLASH}`, { key });
  assert.deepEqual(others(), []);

  // An account that the key may not use any more keeps what is there, and the key does not reach it.
  await keys.book.edit("ada", (key) => ({ ...key, accounts: ["one"] }));
  await keys.ring.refresh();
  const before = emulator.requests.length;
  for (const [name, kind] of made) {
    for (const [target, body] of [[`GET ${name}`], ...kind.uses?.(name) ?? []] as const) {
      const { status, json } = await ask(gateway, target, { key, body });
      assert.equal(status, 403, `${target}: ${JSON.stringify(json)}`);
    }
  }
  assert.equal(emulator.requests.length, before);
});

Deno.test("A key's accounts are found by their present names and labels, and none of them is a refusal", async () => {
  using keys = await realKeys();
  await using emulator = await startEmulator();
  const [first, second] = ["one", "two"].map((name) => emulatedAccount(emulator, name));
  assert.ok(first !== undefined && second !== undefined);
  const labelled = { settings: { labels: ["team"] } };
  await using gateway = await startTestGateway({
    accounts: [{ ...first, ...labelled }, second],
    clientKeys: keys.ring,
  });
  const byName = await keys.create("by-name", { accounts: ["one"] });
  const byLabel = await keys.create("by-label", { accounts: ["team"] });
  async function use(key: string): Promise<string> {
    const response = await fetch(`${gateway.url}/v1beta/models/${FLASH}:generateContent`, {
      method: "POST",
      headers: { "x-goog-api-key": key },
      body: JSON.stringify({ contents: [TURN] }),
    });
    const { error } = await response.json();
    return error === undefined ? response.headers.get("x-pollux-account") ?? "" : error.message;
  }
  assert.deepEqual([await use(byName.text), await use(byLabel.text)], ["one", "one"]);
  // A renamed account is another one for a key that names it; its labels stay.
  await gateway.setAccounts([{ ...first, ...labelled, name: "uno" }, second]);
  assert.match(
    await use(byName.text),
    /may use certain accounts only, and none of these is in use/,
  );
  assert.equal(await use(byLabel.text), "uno");
  // An account that takes the name over is the one.
  await gateway.setAccounts([first, { ...second, ...labelled }]);
  assert.deepEqual([await use(byName.text), await use(byLabel.text)], ["one", "two"]);
  await gateway.setAccounts([second]);
  for (const { text } of [byName, byLabel]) {
    assert.match(await use(text), /none of these is in use/);
  }
  await gateway.setAccounts([{ ...first, settings: { enabled: false } }, second]);
  assert.match(await use(byName.text), /none of these is in use/);
});

Deno.test("A rotated key goes on with what it used, and another key of its name begins anew", async () => {
  await using place = await startPlace();
  const { keys, gateway } = place;
  const limits = { requestsPerDay: 1 };
  const { text } = await keys.create("ada", { limits });
  const prompt = { contents: [TURN] };
  const statusWith = async (key: string) =>
    (await ask(gateway, `POST models/${FLASH}:generateContent`, { key, body: prompt })).status;
  assert.equal(await statusWith(text), 200);
  assert.equal(await statusWith(text), 429);
  const rotated = await keys.book.rotate("ada", 1000);
  await keys.ring.refresh();
  assert.deepEqual([await statusWith(rotated.text), await statusWith(text)], [429, 429]);
  await keys.book.remove("ada");
  const next = await keys.create("ada", { limits });
  assert.equal(await statusWith(next.text), 200);
  assert.equal(await statusWith(next.text), 429);
});
