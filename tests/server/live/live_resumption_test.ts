/** Sessions that are resumed: by the account that holds them, and only for their own caller. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { emulatedAccount, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { CONSTRAINED_PATH, LIVE_PATH, LiveClient, SETUP } from "../../support/live_client.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const ACCOUNTS = { one: "gemini-api", two: "gemini-api", three: "gemini-api" } as const;

/** Opens a session, says something, and returns the session's handle. */
async function handleOf(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  await using client = new LiveClient(url + LIVE_PATH, headers);
  await client.setUp({ ...SETUP, sessionResumption: {} });
  await client.say("Hello");
  // deno-lint-ignore no-explicit-any -- read as deep as needed
  const { sessionResumptionUpdate }: any = await client.next();
  return sessionResumptionUpdate.newHandle;
}

function resuming(handle: string): JsonObject {
  return { setup: { ...SETUP, sessionResumption: { handle } } };
}

Deno.test("a session is resumed at its account, whichever is next", async () => {
  await using gateway = await startEmulatedGateway({ accounts: ACCOUNTS });
  const { emulator } = gateway;
  for (let round = 0; round < 4; round++) {
    const handle = await handleOf(gateway.url);
    await using client = new LiveClient(gateway.url + LIVE_PATH);
    await client.send(resuming(handle));
    assert.deepEqual(await client.next(), { setupComplete: {} });
    const used = emulator.requests.map(({ account }) => account);
    assert.equal(used.at(-1), used.at(-2));
  }
});

Deno.test("a handle in snake case is read too", async () => {
  await using gateway = await startEmulatedGateway({ accounts: ACCOUNTS });
  const handle = await handleOf(gateway.url);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send({ setup: { ...SETUP, session_resumption: { handle } } });
  assert.deepEqual(await client.next(), { setupComplete: {} });
});

Deno.test("an account that refuses to resume is not replaced by another, and is told", async () => {
  await using gateway = await startEmulatedGateway({ accounts: ACCOUNTS });
  const handle = await handleOf(gateway.url);
  const holder = gateway.emulator.requests.at(-1)?.account ?? "";
  const close = { code: 1011, reason: "Internal error encountered." };
  gateway.emulator.script(holder, [
    { type: "live", close },
    { type: "live", close },
    { type: "live", close },
  ]);
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send(resuming(handle));
  assert.deepEqual(await client.closed, close);
  const used = new Set(gateway.emulator.requests.map(({ account }) => account));
  assert.deepEqual([...used], [holder]);
});

Deno.test("another caller cannot resume a session", async () => {
  await using gateway = await startEmulatedGateway({
    clientKeys: clientKeysOf(new Map([["planted-a", "key_a"], ["planted-b", "key_b"]])),
  });
  const handle = await handleOf(gateway.url, { "x-goog-api-key": "planted-a" });
  const before = gateway.emulator.requests.length;
  await using stranger = new LiveClient(gateway.url + LIVE_PATH, { "x-goog-api-key": "planted-b" });
  await stranger.send(resuming(handle));
  assert.deepEqual(await stranger.closed, {
    code: 1008,
    reason: "Requested entity was not found.",
  });
  assert.equal(gateway.emulator.requests.length, before);
});

Deno.test("a session is resumed, and a token accepted, after a restart of the gateway", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const accounts = Object.keys(ACCOUNTS).map((name) => emulatedAccount(emulator, name));
  let handle = "";
  let token = "";
  const holders: (string | undefined)[] = [];
  for (let start = 0; start < 2; start++) {
    const store = await openStore({ dataDir: folder.path });
    const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
    const gateway = await startTestGateway({ accounts, keeper });
    if (start === 0) {
      handle = await handleOf(gateway.url);
      holders.push(emulator.requests.at(-1)?.account);
      const response = await fetch(`${gateway.url}/v1alpha/auth_tokens`, {
        method: "POST",
        body: '{"uses":0}',
      });
      token = (await response.json()).name;
      holders.push(response.headers.get("x-pollux-account") ?? "");
    } else {
      await using client = new LiveClient(gateway.url + LIVE_PATH);
      await client.send(resuming(handle));
      assert.deepEqual(await client.next(), { setupComplete: {} });
      await using other = new LiveClient(
        `${gateway.url}${CONSTRAINED_PATH}?access_token=${token}`,
      );
      assert.deepEqual(await other.setUp(), { setupComplete: {} });
      const used = emulator.requests.slice(-2).map(({ account }) => account);
      assert.deepEqual(used, holders);
    }
    await gateway.close();
    await keeper.close();
    store.close();
  }
  for await (const { name } of Deno.readDir(folder.path)) {
    const path = `${folder.path}/${name}`;
    if (!(await Deno.stat(path)).isFile) continue;
    const bytes = new TextDecoder("latin1").decode(await Deno.readFile(path));
    assert.ok(!bytes.includes(handle) && !bytes.includes(token), `${name} holds a capability`);
  }
});
