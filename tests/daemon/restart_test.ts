/** What a restarted gateway still knows. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import {
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { call, errorOf } from "../support/gemini_call.ts";

const NAMES = ["one", "two", "three"];

async function addAccounts(emulator: Emulator, options: PolluxOptions): Promise<void> {
  for (const name of NAMES) {
    const env = { TEST_KEY: emulator.addApiKey(name) };
    const words = ["accounts", "add", "gemini-api", name, "--key-env", "TEST_KEY"];
    const { code, stderr } = await runPollux([...words, "--base-url", emulator.url], {
      ...options,
      env,
    });
    assert.equal(code, 0, stderr);
  }
}

async function accountOf(gateway: Gateway, text: string): Promise<string> {
  const response = await call(gateway.url, { text });
  assert.equal(response.status, 200, await response.text());
  return response.headers.get("x-pollux-account") ?? "";
}

async function stop(gateway: Gateway): Promise<void> {
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
}

Deno.test("A restarted gateway leaves conversations where they were, and accounts at rest", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  await addAccounts(emulator, options);
  const texts = Array.from({ length: 9 }, (_, nth) => `Conversation ${nth}`);
  const before: string[] = [];
  let resting = "";
  {
    await using gateway = await startGateway(options);
    resting = await accountOf(gateway, "A first one");
    emulator.script(resting, [{ type: "429-long", hours: 3 }]);
    await accountOf(gateway, "A first one");
    for (const text of texts) before.push(await accountOf(gateway, text));
    await stop(gateway);
  }
  assert.ok(!before.includes(resting));
  emulator.clear();
  await using gateway = await startGateway(options);
  // Backwards, so that turns alone would send them elsewhere.
  for (const [nth, text] of [...texts.entries()].reverse()) {
    assert.equal(await accountOf(gateway, text), before[nth], text);
  }
  for (let nth = 0; nth < 6; nth++) {
    assert.notEqual(await accountOf(gateway, `New ${nth}`), resting);
  }
  const calls = emulator.requests.filter(({ method }) => method === "POST");
  assert.ok(!calls.some(({ account }) => account === resting));
  for (const name of NAMES.filter((name) => name !== resting)) {
    emulator.always(name, { type: "429-long", hours: 30 });
  }
  const refused = await call(gateway.url);
  assert.equal(refused.status, 429);
  assert.match((await errorOf(refused)).message, /the first one is back in \d+ s \(at 20.*Z\)/);
  await stop(gateway);
});
