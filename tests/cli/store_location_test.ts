/** Which store a command uses. @module */
import assert from "node:assert/strict";
import { type Config, configSchema } from "../../src/config/schema.ts";
import { locationOf } from "../../src/cli/store_location.ts";
import type { Terminal } from "../../src/cli/terminal/terminal.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";
import { runAs } from "../support/fake_terminal.ts";

const URL_TEXT = "https://kv.example.com/path";

function terminal(
  env: Readonly<Record<string, string>>,
  told: string[] = [],
): Pick<Terminal, "env" | "err"> {
  return { env: (name) => env[name], err: (line) => void told.push(line) };
}

async function tokenOf(
  store: Config["store"],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const location = await locationOf({ url: URL_TEXT, ...store }, {}, terminal(env));
  assert.ok("url" in location);
  assert.doesNotMatch(JSON.stringify(location), /planted/);
  return location.accessToken();
}

Deno.test("locationOf() gives the data folder where no server is named", async () => {
  const location = await locationOf({}, { dataDir: "/some/folder" }, terminal({}));
  assert.ok("dataDir" in location);
  assert.equal(location.dataDir, "/some/folder");
});

Deno.test("locationOf() takes the token from its file, else from the settings, else from Deno's own variable", async () => {
  using folder = tempFolder();
  const file = handIn(folder.path, { name: "token", text: "planted-in-file\n" });
  const env = { DENO_KV_ACCESS_TOKEN: "planted-deno" };
  assert.equal(await tokenOf({ token: "planted", token_file: file }, env), "planted-in-file");
  assert.equal(await tokenOf({ token: "planted" }, env), "planted");
  assert.equal(await tokenOf({}, env), "planted-deno");
  await assert.rejects(tokenOf({}), /needs an access token .*store\.token_file/);
  await assert.rejects(tokenOf({ token: "planted\u0000" }), /needs an access token/);
});

Deno.test("locationOf() warns of a server to which the token goes unencrypted", async () => {
  for (
    const [url, isOpen] of [["http://kv.example.com", true], ["http://127.0.0.1:1", false]] as const
  ) {
    const told: string[] = [];
    await locationOf({ url, token: "planted" }, {}, terminal({}, told));
    assert.equal(told.length, isOpen ? 1 : 0);
  }
});

Deno.test("store.url is the URL of a server, and holds no secret", () => {
  for (const url of ["http://127.0.0.1:4512", URL_TEXT]) {
    assert.equal(configSchema.parse({ store: { url } }).store.url, url);
  }
  for (
    const url of [
      "",
      "kv.example.com",
      "ftp://kv.example.com",
      "https://a:b@c",
      "https://c/?token=d",
    ]
  ) {
    assert.equal(configSchema.safeParse({ store: { url } }).success, false, url);
  }
});

Deno.test("accounts commands use the store that their configuration file names", async () => {
  using folder = tempFolder();
  const text = "store:\n  url: http://127.0.0.1:1\n  token: planted-token\n";
  const config = handIn(folder.path, { name: "config.yaml", text });
  const args = ["accounts", "list", "--config", config, "--data-dir", `${folder.path}/data`];
  const { code, err } = await runAs({}, args);
  assert.equal(code, 1);
  assert.match(err, /^Error: The store at "http:\/\/127\.0\.0\.1:1" is shared, so every gateway/);
});
