/** The settings of a running gateway, for programs. @module */
import assert from "node:assert/strict";
import { CONFIG_KEYS } from "../../src/config/config_keys.ts";
import { loadConfig } from "../../src/config/load_config.ts";
import { type Setting, settingList } from "../../src/config/setting_list.ts";
import { handIn } from "../support/hand_in.ts";
import { tempFolder } from "../support/temp_folder.ts";

async function load(yaml: string, env: Readonly<Record<string, string>> = {}) {
  using folder = tempFolder();
  const path = handIn(folder.path, { name: "config.yaml", text: yaml });
  const sources = { file: { path, isChosen: true }, env: (name: string) => env[name], flags: {} };
  return { path, loaded: await loadConfig(sources) };
}

function settingOf(settings: readonly Setting[], name: string): Setting {
  const found = settings.find((setting) => setting.name === name);
  assert.ok(found, name);
  return found;
}

Deno.test("settingList() has every setting, with its source, and without a secret", async () => {
  const { path, loaded } = await load(
    "auth: {api_key: planted-key-of-the-gateway}\nserver:\n  drain_timeout: 90\n",
    { POLLUX_SERVER_PORT: "2", POLLUX_NETWORK_PROXY: "http://planted-user@proxy.example:1" },
  );
  const settings = settingList(loaded.config, loaded);
  assert.deepEqual(settings.map(({ name }) => name), CONFIG_KEYS.map(({ name }) => name));
  assert.doesNotMatch(JSON.stringify(settings), /planted/);
  const { description: _description, ...key } = settingOf(settings, "auth.api_key");
  assert.deepEqual(key, {
    name: "auth.api_key",
    value: "(set)",
    default: null,
    origin: { type: "file", words: `"${path}", line 1` },
    needsRestart: false,
  });
  const { value, origin, needsRestart } = settingOf(settings, "server.port");
  assert.deepEqual([value, origin, needsRestart], [
    2,
    { type: "environment", words: "POLLUX_SERVER_PORT" },
    true,
  ]);
  assert.equal(settingOf(settings, "server.drain_timeout").value, "90s");
  const body = settingOf(settings, "server.body_timeout");
  assert.deepEqual([body.value, body.default, body.origin], ["2m", "2m", {
    type: "default",
    words: "default",
  }]);
  assert.equal(settingOf(settings, "store.token").value, null);
  for (const setting of settings) {
    assert.notEqual(setting.description, "");
    assert.ok(!("afterRestart" in setting), setting.name);
  }
});

Deno.test("settingList() tells what waits for a restart from what is in force", async () => {
  const { loaded: started } = await load("network: {proxy: 'http://planted-one.example:1'}\n");
  const { loaded } = await load(
    "server: {port: 81}\nlog: {level: debug}\nnetwork: {proxy: 'http://planted-two.example:1'}\n",
  );
  const settings = settingList(started.config, loaded);
  const port = settingOf(settings, "server.port");
  assert.deepEqual([port.value, port.afterRestart], [8045, 81]);
  const level = settingOf(settings, "log.level");
  assert.deepEqual([level.value, "afterRestart" in level], ["debug", false]);
  // Another secret looks the same.
  const proxy = settingOf(settings, "network.proxy");
  assert.deepEqual([proxy.value, proxy.afterRestart], ["(set)", "(set)"]);
});
