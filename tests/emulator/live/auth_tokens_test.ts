/** Ephemeral tokens of the emulated Google: made, used and refused as by Google. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import {
  type Closed,
  CONSTRAINED_PATH,
  LIVE_PATH,
  LiveClient,
  SETUP,
  textOfTurn,
} from "../../support/live_client.ts";
import { call, type ReadResponse } from "../files/file_calls.ts";

type Caller = readonly [Emulator, string];

const REFUSED: Closed = { code: 1008, reason: "Token is invalid." };
const EXPIRED: Closed = { code: 1008, reason: "Token has expired." };

function create(caller: Caller, body: JsonObject, version = "v1alpha"): Promise<ReadResponse> {
  return call(caller, `/${version}/auth_tokens`, { method: "POST", body: JSON.stringify(body) });
}

async function tokenWith(caller: Caller, body: JsonObject = {}): Promise<string> {
  const { status, text, json } = await create(caller, body);
  assert.equal(status, 200, text);
  assert.deepEqual(Object.keys(json), ["name"]);
  assert.match(json.name, /^auth_tokens\/[a-z0-9]{64}$/);
  return json.name;
}

/** Opens a session as JavaScript does. */
function open(emulator: Emulator, token: string, path = CONSTRAINED_PATH): LiveClient {
  return new LiveClient(`${emulator.url}${path}?access_token=${token}`);
}

/** How a session ends that cannot begin. */
async function refusal(client: LiveClient, setup: JsonObject = SETUP): Promise<Closed> {
  await using refused = client;
  await refused.send({ setup });
  return await refused.closed;
}

Deno.test("a token opens one session, by parameter or header, for the account that made it", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const token = await tokenWith(caller);
  {
    await using client = open(emulator, token);
    assert.deepEqual(await client.setUp(), { setupComplete: {} });
    assert.equal(emulator.requests.at(-1)?.account, "a");
  }
  const used = { code: 1008, reason: "Token has been used too many times." };
  assert.deepEqual(await refusal(open(emulator, token)), used);
  const authorization = `Token ${await tokenWith(caller)}`;
  await using python = new LiveClient(emulator.url + CONSTRAINED_PATH, { authorization });
  assert.deepEqual(await python.setUp(), { setupComplete: {} });
});

Deno.test("uses are counted when sessions begin, and not when they are resumed", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const token = await tokenWith(caller);
  let handle = "";
  {
    await using client = open(emulator, token);
    await client.setUp({ ...SETUP, sessionResumption: {} });
    await client.say("Hello");
    handle = (await client.next()).sessionResumptionUpdate.newHandle;
  }
  {
    await using client = open(emulator, token);
    const setup = { ...SETUP, sessionResumption: { handle } };
    assert.deepEqual(await client.setUp(setup), { setupComplete: {} });
  }
  const any = await tokenWith(caller, { uses: 0 });
  const two = await tokenWith(caller, { uses: 2 });
  for (const [name, sessions] of [[any, 4], [two, 2]] as const) {
    for (let nth = 0; nth < sessions; nth++) {
      await using client = open(emulator, name);
      await client.setUp();
    }
  }
  assert.match((await refusal(open(emulator, two))).reason, /too many times/);
});

Deno.test("a token begins sessions for a minute, which last for half an hour", async () => {
  let now = 0;
  await using emulator = await startEmulator({ clock: { now: () => now } });
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const token = await tokenWith(caller, { uses: 2 });
  const longer = await tokenWith(caller, {
    expireTime: "1970-01-01T19:59:59Z",
    newSessionExpireTime: "1970-01-01T10:00:00Z",
  });
  await using client = open(emulator, token);
  await client.setUp();
  now = 60_000;
  assert.deepEqual(await refusal(open(emulator, token)), EXPIRED);
  now = 30 * 60_000 - 1;
  await client.say("Hello");
  now += 1;
  await client.send({ clientContent: { turnComplete: true } });
  assert.deepEqual(await client.closed, EXPIRED);
  now = 10 * 3_600_000 - 1;
  await using last = open(emulator, longer);
  assert.deepEqual(await last.setUp(), { setupComplete: {} });
});

Deno.test("a token's setup counts: all of it, or what its mask names", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const instruction = (text: string) => ({ systemInstruction: { parts: [{ text }] } });
  const sent = { ...SETUP, ...instruction("Mine"), model: "models/gemini-2.5-pro" };
  const ours = { ...SETUP, ...instruction("Ours") };
  const cases: readonly [JsonObject, RegExp][] = [
    [{ bidiGenerateContentSetup: ours }, /Your instruction was: "Ours"/],
    [{ bidiGenerateContentSetup: ours, fieldMask: "model" }, /Your instruction was: "Mine"/],
    [
      { bidiGenerateContentSetup: ours, fieldMask: "model,systemInstruction.parts" },
      /Your instruction was: "Ours"/,
    ],
    [
      { bidiGenerateContentSetup: SETUP, fieldMask: "model,system_instruction" },
      /^(?!.*instruction)/,
    ],
  ];
  for (const [body, text] of cases) {
    await using client = open(emulator, await tokenWith(caller, body));
    assert.deepEqual(await client.setUp(sent), { setupComplete: {} });
    assert.match(textOfTurn(await client.say("Hello")), text);
  }
  assert.equal((await refusal(open(emulator, await tokenWith(caller)), sent)).code, 1008);
});

Deno.test("a token is no key, and a key no token", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const token = await tokenWith([emulator, key]);
  assert.deepEqual(await refusal(open(emulator, "auth_tokens/never")), REFUSED);
  assert.deepEqual(await refusal(open(emulator, key)), REFUSED);
  assert.equal((await refusal(open(emulator, token, LIVE_PATH))).code, 1008);
  const keyed = new LiveClient(`${emulator.url}${LIVE_PATH}?key=${token}`);
  assert.match((await refusal(keyed)).reason, /^API key not valid/);
  const listed = await call([emulator, token], "/v1beta/models");
  assert.equal(listed.status, 400);
});

Deno.test("auth_tokens.create refuses what Google refuses", async (t) => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const cases: readonly [string, JsonObject, RegExp][] = [
    ["an unknown field", { foo: 1 }, /Unknown name "foo"/],
    ["a setup's setup", { bidiGenerateContentSetup: { setup: SETUP } }, /Unknown name "setup"/],
    ["a negative number of uses", { uses: -1 }, /uses: must not be negative/],
    ["no time", { expireTime: "tomorrow" }, /auth_token\.expire_time.*Invalid time format/],
    ["a past time", { newSessionExpireTime: "1970-01-01T00:00:00Z" }, /must be in the future/],
    ["20 hours", { expireTime: "1970-01-01T20:00:00Z" }, /expire_time: must be within 20 hours/],
    ["a mask of nothing", { fieldMask: "model,foo.bar" }, /unknown path "foo\.bar"/],
    ["a list as a mask", { fieldMask: ["model"] }, /not repeating/],
  ];
  for (const [name, body, message] of cases) {
    await t.step(name, async () => {
      const { status, json } = await create(caller, body);
      assert.equal(status, 400);
      assert.match(json.error.message, message);
    });
  }
  assert.equal((await create(caller, {}, "v1beta")).status, 404);
  emulator.script("a", ["429-bare"], { method: "auth_tokens.create" });
  assert.equal((await create(caller, {})).status, 429);
});
