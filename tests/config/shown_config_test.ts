/** The settings in force, and where each comes from. @module */
import assert from "node:assert/strict";
import { CONFIG_KEYS } from "../../src/config/config_keys.ts";
import { loadConfig, type LoadedConfig } from "../../src/config/load_config.ts";
import { parseYaml } from "../../src/config/file/parse_yaml.ts";
import { shownJson, shownYaml } from "../../src/config/shown_config.ts";
import { configSchema } from "../../src/config/schema.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";

const YAML = `server:
  # behind the proxy
  drain_timeout: 90
  port: 1
  tls:
    cert: /cert.pem
    key: /key.pem
auth:
  api_key: planted-key
models: {aliases: {fast: gemini-2.5-flash}}
`;

const ENV: Readonly<Record<string, string>> = {
  POLLUX_SERVER_PORT: "2",
  POLLUX_SERVER_ALLOWED_HOSTS: "a.example, b.example",
  POLLUX_SERVER_TLS_PORT: "8443",
  POLLUX_STORE_URL: "https://kv.example.com",
  POLLUX_NETWORK_CA_FILE: "/etc/ca.pem",
  POLLUX_LOG_LEVEL: "debug",
};

/** Settings from everywhere, and the path of their file. */
async function load(): Promise<{ readonly path: string; readonly loaded: LoadedConfig }> {
  using folder = tempFolder();
  const path = handIn(folder.path, { name: "config.yaml", text: YAML });
  const loaded = await loadConfig({
    file: { path, isChosen: true },
    env: (name) => ENV[name],
    flags: { server: { host: "::1" } },
  });
  return { path, loaded };
}

Deno.test("shownYaml() says behind every key where it comes from", async () => {
  const { path, loaded } = await load();
  const lines = shownYaml(loaded).replaceAll(path, "FILE").split("\n");
  for (
    const line of [
      "  host: ::1 # --host",
      "  port: 2 # POLLUX_SERVER_PORT",
      '  allowed_hosts: ["a.example","b.example"] # POLLUX_SERVER_ALLOWED_HOSTS',
      "  body_timeout: 2m # default",
      '  drain_timeout: 90s # "FILE", line 3',
      "  tls:",
      '    cert: /cert.pem # "FILE", line 6',
      "    port: 8443 # POLLUX_SERVER_TLS_PORT",
      '  api_key: "***" # "FILE", line 9',
      '  aliases: {"fast":"gemini-2.5-flash"} # "FILE", line 10',
      "  url: https://kv.example.com # POLLUX_STORE_URL",
      "  ca_file: /etc/ca.pem # POLLUX_NETWORK_CA_FILE",
      "  level: debug # POLLUX_LOG_LEVEL",
    ]
  ) assert.ok(lines.includes(line), `${line} is not in\n${lines.join("\n")}`);
  assert.equal(lines.length, CONFIG_KEYS.length + 15);
});

Deno.test("shownYaml() is a configuration with the same settings", async () => {
  const { loaded } = await load();
  const { auth, ...config } = configSchema.parse(parseYaml(shownYaml(loaded)));
  const { auth: _auth, ...expected } = loaded.config;
  assert.deepEqual(config, expected);
  assert.equal(auth.api_key, "***");
});

Deno.test("shownYaml() shows a key that has no value as a comment", async () => {
  const loaded = await loadConfig({ env: () => undefined, flags: {} });
  assert.match(shownYaml(loaded), /^# api_key: not set$/m);
});

Deno.test("shownJson() has each value with its origin", async () => {
  const { path, loaded } = await load();
  const shown = shownJson(loaded);
  assert.deepEqual(shown["server"]?.["host"], {
    value: "::1",
    origin: { type: "flag", flag: "--host" },
  });
  assert.deepEqual(shown["server"]?.["port"], {
    value: 2,
    origin: { type: "environment", variable: "POLLUX_SERVER_PORT" },
  });
  assert.deepEqual(shown["server"]?.["drain_timeout"], {
    value: "90s",
    origin: { type: "file", path, line: 3 },
  });
  assert.deepEqual(shown["auth"]?.["mode"], { value: "auto", origin: { type: "default" } });
  assert.equal(shown["auth"]?.["api_key"]?.value, "***");
  const names = Object.entries(shown).flatMap(([section, keys]) =>
    Object.keys(keys).map((key) => `${section}.${key}`)
  );
  assert.deepEqual(names, CONFIG_KEYS.map(({ name }) => name));
});
