import assert from "node:assert/strict";
import { join } from "node:path";
import { CLAUDE_CODE } from "../../../src/cli/connect/clients/claude_code.ts";
import { applyPlan } from "../../../src/cli/connect/record/apply_plan.ts";
import { keptMeanwhile, planConnection } from "../../../src/cli/connect/record/connection_plan.ts";
import { ConnectionRecords } from "../../../src/cli/connect/record/connection_record.ts";
import { CLIENT_IDS } from "../../../src/cli/connect/clients/client_ids.ts";
import { startGateway } from "../../support/pollux_process.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { handIn } from "../../support/hand_in.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";
import { planted } from "../../support/planted.ts";
import { ClientUser } from "./client_user.ts";

const SETTINGS = ".claude/settings.json";
const AT_NOWHERE = ["--url", "http://127.0.0.1:1", "--model", "gemini-3-pro"];
const CONNECT = ["connect", "claude-code", ...AT_NOWHERE, "--yes"];
const DISCONNECT = ["disconnect", "claude-code"];

const MINE = `{
  // Mine
  "env": { "ANTHROPIC_MODEL": "opus", "OTHER": "x" }
}
`;

Deno.test("connect --print shows the difference, asks nothing, and writes nothing", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  const { code, out, questions } = await user.run(
    ["connect", "claude-code", ...AT_NOWHERE, "--print"],
    { response: true },
  );
  assert.equal(code, 0);
  assert.deepEqual(questions, []);
  assert.equal(
    out,
    `${user.at(SETTINGS)} (changed)
  -   "env": { "ANTHROPIC_MODEL": "opus", "OTHER": "x" }
  +   "env": { "ANTHROPIC_MODEL": "gemini-3-pro", "OTHER": "x", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1", ` +
      `"ANTHROPIC_AUTH_TOKEN": "pollux", "ANTHROPIC_DEFAULT_OPUS_MODEL": "gemini-3-pro", ` +
      `"ANTHROPIC_DEFAULT_SONNET_MODEL": "gemini-3-pro", "ANTHROPIC_DEFAULT_FABLE_MODEL": "gemini-3-pro", "ANTHROPIC_DEFAULT_HAIKU_MODEL": "gemini-3-pro" }`,
  );
  assert.equal(user.read(SETTINGS), MINE);
  assert.throws(() => Deno.statSync(user.dataDir), Deno.errors.NotFound);
});

Deno.test("connect asks once, and changes nothing without a yes", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  const words = ["connect", "claude-code", ...AT_NOWHERE];
  const refused = await user.run(words, { response: false });
  assert.equal(refused.code, 1);
  assert.deepEqual(refused.questions, ["Change the settings of Claude Code?"]);
  assert.match(refused.err, /Nothing was changed/);
  const nobody = await user.run(words);
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /cannot ask; .*--yes/);
  assert.equal(user.read(SETTINGS), MINE);
  const agreed = await user.run(words, { response: true });
  assert.equal(agreed.code, 0, agreed.err);
  assert.equal(agreed.questions.length, 1);
  assert.notEqual(user.read(SETTINGS), MINE);
});

Deno.test("connect twice changes nothing; other settings keep the copy of the user's own file", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  await user.run(CONNECT);
  const first = user.read(SETTINGS);
  const again = await user.run(CONNECT);
  assert.match(again.out, /is connected to http:\/\/127\.0\.0\.1:1 already; nothing to change/);
  assert.equal(user.read(SETTINGS), first);
  const other = await user.run([...CONNECT, "--model", "gemini-9-pro"]);
  assert.equal(other.code, 0, other.err);
  assert.match(user.read(SETTINGS) ?? "", /gemini-9-pro/);
  const { out } = await user.run(DISCONNECT);
  assert.match(out, /is as it was before, byte for byte/);
  assert.equal(user.read(SETTINGS), MINE);
  assert.match((await user.run(DISCONNECT)).out, /is not connected; nothing to change/);
});

Deno.test("What undoes a connection is told with its data folder, and elsewhere where to look", async () => {
  using user = new ClientUser();
  const other = join(user.home, "other");
  const { out } = await user.run([...CONNECT, "--data-dir", other]);
  assert.ok(out.endsWith(`To undo it: pollux disconnect claude-code --data-dir "${other}"`), out);
  const nowhere = await user.run(DISCONNECT);
  assert.ok(nowhere.err.includes(`"${user.dataDir}"; see --data-dir`), nowhere.err);
  assert.equal((await user.run([...DISCONNECT, "--data-dir", other])).code, 0);
  assert.deepEqual(user.names().filter((name) => name.endsWith("settings.json")), []);
});

Deno.test("An address that is none of a gateway is refused with what it has to be", async () => {
  using user = new ClientUser();
  for (const url of ["http://127.0.0.1:1/v1", "localhost:1", "x", "http://h?a=b"]) {
    const { code, err } = await user.run(["connect", "codex", "--url", url, "--yes"]);
    assert.equal(code, 2);
    assert.match(err, /--url <url> is wrong: It must be the address of the gateway alone/);
  }
});

Deno.test("disconnect takes back only its own settings from a file that was changed since", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  await user.run(CONNECT);
  const edited = (user.read(SETTINGS) ?? "")
    .replace(
      `"ANTHROPIC_DEFAULT_OPUS_MODEL": "gemini-3-pro"`,
      `"ANTHROPIC_DEFAULT_OPUS_MODEL": "my-own"`,
    )
    .replace("// Mine", "// Mine, and more");
  user.write(SETTINGS, edited);
  const { code, out } = await user.run(DISCONNECT);
  assert.equal(code, 0);
  assert.match(
    out,
    /took back its own settings, and nothing else\. What was changed by hand stays: "env\.ANTHROPIC_DEFAULT_OPUS_MODEL"/,
  );
  assert.equal(
    user.read(SETTINGS),
    `{
  // Mine, and more
  "env": { "ANTHROPIC_MODEL": "opus", "OTHER": "x", "ANTHROPIC_DEFAULT_OPUS_MODEL": "my-own" }
}
`,
  );
});

Deno.test("What was changed between two connects is in the file after disconnect", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  await user.run(CONNECT);
  user.write(SETTINGS, (user.read(SETTINGS) ?? "").replace("// Mine", "// Changed"));
  const other = await user.run([...CONNECT, "--model", "gemini-9-pro"]);
  assert.equal(other.code, 0, other.err);
  await user.run(DISCONNECT);
  assert.equal(user.read(SETTINGS), MINE.replace("// Mine", "// Changed"));
});

Deno.test("disconnect leaves a file that was removed, and one that it cannot read any more", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  await user.run(CONNECT);
  user.write(SETTINGS, "{ broken");
  const { code, err } = await user.run(DISCONNECT);
  assert.equal(code, 1);
  assert.match(err, /stays as it is: it is not valid JSON, at line 1/);
  assert.ok(err.includes(join(user.dataDir, "connect", "claude-code")), err);
  assert.equal(user.read(SETTINGS), "{ broken");
  Deno.removeSync(user.at(SETTINGS));
  assert.match((await user.run(DISCONNECT)).out, /is gone, and stays so/);
  assert.equal(user.read(SETTINGS), undefined);
});

/** What is in the place of the file, and why it is refused. */
const UNFIT: Readonly<Record<string, readonly [put: (user: ClientUser) => void, why: RegExp]>> = {
  "invalid JSON": [(user) => user.write(SETTINGS, "{ x"), /it is not valid JSON/],
  "a name that is there twice": [
    (user) => user.write(SETTINGS, `{"env": {}, "env": {}}`),
    /it has "env" more than once/,
  ],
  "bytes that are no text": [
    (user) => user.write(SETTINGS, Uint8Array.of(0xff, 0xfe, 0x7b, 0)),
    /it is not a text in UTF-8/,
  ],
  "a folder": [(user) => Deno.mkdirSync(user.at(SETTINGS), { recursive: true }), /it is a folder/],
  "a file in place of its folder": [
    (user) => user.write(".claude", "x"),
    /stays as it is|Cannot make/,
  ],
  "a huge file": [
    (user) => user.write(SETTINGS, `{}${" ".repeat(1024 * 1024)}`),
    /it has more than 1048576 bytes/,
  ],
};

for (const [name, [put, why]] of Object.entries(UNFIT)) {
  Deno.test(`connect refuses ${name}, and leaves it`, async () => {
    using user = new ClientUser();
    put(user);
    const before = user.names();
    const { code, err } = await user.run(CONNECT);
    assert.equal(code, 1);
    assert.match(err, why);
    assert.deepEqual(user.names(), before);
    assert.match((await user.run(DISCONNECT)).out, /is not connected/);
  });
}

testUnless(
  ON_WINDOWS,
  "connect refuses a read-only file, and a link that leads nowhere",
  async () => {
    using user = new ClientUser();
    user.write(SETTINGS, MINE);
    Deno.chmodSync(user.at(SETTINGS), 0o444);
    assert.match((await user.run(CONNECT)).err, /stays as it is: it is read-only/);
    Deno.removeSync(user.at(SETTINGS));
    Deno.symlinkSync(user.at("nowhere"), user.at(SETTINGS));
    assert.match((await user.run(CONNECT)).err, /it is a symbolic link that leads to no file/);
    assert.equal(Deno.readLinkSync(user.at(SETTINGS)), user.at("nowhere"));
  },
);

testUnless(
  ON_WINDOWS,
  "connect follows a link, and keeps the file's mode; disconnect does so, too",
  async () => {
    using user = new ClientUser();
    user.write("dotfiles/claude.json", MINE);
    Deno.chmodSync(user.at("dotfiles/claude.json"), 0o640);
    Deno.mkdirSync(user.at(".claude"));
    Deno.symlinkSync("../dotfiles/claude.json", user.at(SETTINGS));
    const modeNow = () => (Deno.statSync(user.at("dotfiles/claude.json")).mode ?? 0) & 0o777;
    assert.equal((await user.run(CONNECT)).code, 0);
    assert.match(user.read("dotfiles/claude.json") ?? "", /ANTHROPIC_BASE_URL/);
    assert.equal(modeNow(), 0o640);
    assert.equal((await user.run(DISCONNECT)).code, 0);
    assert.equal(user.read("dotfiles/claude.json"), MINE);
    assert.equal(modeNow(), 0o640);
    assert.equal(Deno.readLinkSync(user.at(SETTINGS)), "../dotfiles/claude.json");
    assert.deepEqual(user.names(".claude"), [SETTINGS]);
  },
);

Deno.test("connect refuses to write over what changed while it asked", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  const changed = MINE.replace("Mine", "Changed meanwhile");
  const { code, err } = await user.run(["connect", "claude-code", ...AT_NOWHERE], {
    response: true,
    onPrint: (line) => line.endsWith("(changed)") && user.write(SETTINGS, changed),
  });
  assert.equal(code, 1);
  assert.match(err, /another program has just changed it/);
  assert.equal(user.read(SETTINGS), changed);
  assert.match((await user.run(DISCONNECT)).out, /is not connected/);
});

Deno.test("Where the second of two files cannot be written, the first is as before", async () => {
  using user = new ClientUser();
  user.write(".gemini/settings.json", "{}");
  user.write(".gemini/.env", "A=1\n");
  const words = ["connect", "gemini-cli", ...AT_NOWHERE];
  const { code, err } = await user.run(words, {
    response: true,
    onPrint: (line) => line.endsWith("(changed)") && user.write(".gemini/.env", "A=2\n"),
  });
  assert.equal(code, 1, err);
  assert.equal(user.read(".gemini/settings.json"), "{}");
  assert.equal(user.read(".gemini/.env"), "A=2\n");
  assert.match((await user.run(["disconnect", "gemini-cli"])).out, /is not connected/);
});

Deno.test("connect takes a key that the gateway takes, and neither shows nor changes it", async () => {
  const key = planted("client-key");
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: key } },
  });
  using user = new ClientUser({ THEIR_KEY: key, WRONG_KEY: planted("wrong-key") });
  const at = ["--url", gateway.url];
  const without = await user.run(["connect", "claude-code", ...at, "--yes"]);
  assert.equal(without.code, 2);
  assert.match(
    without.err,
    /asks for a key\. .*pollux keys create claude-code --key-only \| pollux connect claude-code --key-stdin/,
  );
  const wrong = await user.run([
    "connect",
    "claude-code",
    ...at,
    "--key-env",
    "WRONG_KEY",
    "--yes",
  ]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /refuses this key/);
  assert.deepEqual(user.names(), []);

  user.write(
    SETTINGS,
    `{"env":{"ANTHROPIC_AUTH_TOKEN":"their-token"},"MY_SECRET":"their-secret","proxy":"http://me:their-word@h","mail":"their-mail@example.com"}`,
  );
  const before = user.read(SETTINGS);
  const path = handIn(user.home, { name: "key.txt", text: `${key}\n` });
  for (
    const [source, input] of [[["--key-env", "THEIR_KEY"]], [["--key-file", path]], [[
      "--key-stdin",
    ], key]] as const
  ) {
    const { code, out, err } = await user.run(
      ["connect", "claude-code", ...at, ...source, "--yes"],
      input === undefined ? {} : { input },
    );
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(user.read(SETTINGS) ?? "").env.ANTHROPIC_AUTH_TOKEN, key);
    assert.doesNotMatch(`${out}${err}`, /planted-/);
    assert.match(
      out,
      /"ANTHROPIC_AUTH_TOKEN":"\*\*\*".*\n.*"ANTHROPIC_AUTH_TOKEN":"\*\*\* \(new\)"/,
    );
    await user.run(DISCONNECT);
    assert.equal(user.read(SETTINGS), before);
  }
  const asked = await user.run(["connect", "claude-code", ...at], {
    response: true,
    secrets: [key],
  });
  assert.equal(asked.code, 0, asked.err);
  assert.equal(JSON.parse(user.read(SETTINGS) ?? "").env.ANTHROPIC_AUTH_TOKEN, key);
});

Deno.test("connect uses the newest models of the gateway", async () => {
  await using gateway = await startEmulatedGateway();
  using user = new ClientUser();
  const { code, err } = await user.run([
    "connect",
    "claude-code",
    "--url",
    `${gateway.url}/`,
    "--yes",
  ]);
  assert.equal(code, 0, err);
  const { env } = JSON.parse(user.read(SETTINGS) ?? "");
  assert.equal(env.ANTHROPIC_BASE_URL, gateway.url);
  assert.match(env.ANTHROPIC_MODEL, /^gemini-.*-pro/);
  assert.match(env.ANTHROPIC_DEFAULT_HAIKU_MODEL, /^gemini-.*-flash/);
});

Deno.test("Without a gateway, connect takes the address of the configuration", async () => {
  using user = new ClientUser({ POLLUX_SERVER_PORT: "8123" });
  assert.equal((await user.run(["connect", "aider", "--yes"])).code, 0);
  assert.match(
    user.read(".aider.conf.yml") ?? "",
    /^openai-api-base: "http:\/\/127\.0\.0\.1:8123\/v1"$/m,
  );
  using other = new ClientUser({ POLLUX_SERVER_PORT: "0" });
  const { code, err } = await other.run(["connect", "aider", "--yes"]);
  assert.equal(code, 2);
  assert.match(err, /its port is not fixed/);
});

Deno.test("connect says which variables the client uses before its settings", async () => {
  using user = new ClientUser({ ANTHROPIC_API_KEY: planted("own-key") });
  const { err } = await user.run(CONNECT);
  assert.match(err, /the variable ANTHROPIC_API_KEY is set here, and Claude Code uses it/);
});

Deno.test("connect names the variables that send Claude Code to another cloud", async () => {
  for (const name of ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX"]) {
    using user = new ClientUser({ [name]: "1" });
    const { err } = await user.run(CONNECT);
    assert.ok(err.includes(`the variable ${name} is set here`), err);
  }
});

Deno.test("connect says that a proxy is between the client and the gateway", async () => {
  const proxy = "http://proxy.example:3128";
  const cases: readonly (readonly [Readonly<Record<string, string>>, string | undefined])[] = [
    [{}, undefined],
    [{ HTTPS_PROXY: proxy }, "HTTPS_PROXY"],
    [{ http_proxy: proxy, no_proxy: "example.com" }, "http_proxy"],
    [{ ALL_PROXY: proxy, NO_PROXY: "127.0.0.1,localhost" }, undefined],
    [{ ALL_PROXY: proxy, NO_PROXY: "127.0.0.0/8" }, undefined],
  ];
  for (const [variables, named] of cases) {
    using user = new ClientUser(variables);
    const { err } = await user.run(CONNECT);
    if (named === undefined) assert.doesNotMatch(err, /proxy/);
    else assert.match(err, new RegExp(`${named} is set here.*add "127.0.0.1" to NO_PROXY`));
  }
});

Deno.test("connect alone lists the clients: which are there, and which are connected", async () => {
  using user = new ClientUser();
  user.write("bin/codex", "");
  user.write("bin/codex.exe", "");
  await user.run(CONNECT);
  const env = { PATH: user.at("bin") };
  const { code, out } = await user.run(["connect"], { env });
  assert.equal(code, 0);
  assert.match(out, /^CLIENT +INSTALLED +CONNECTED +SETTINGS$/m);
  assert.match(out, /^claude-code +yes +http:\/\/127\.0\.0\.1:1 /m);
  assert.match(out, /^codex +yes +no /m);
  assert.match(out, /^aider +no +no +~.\.aider\.conf\.yml$/m);
  const { clients } = JSON.parse((await user.run(["connect", "--json"], { env })).out);
  assert.equal(clients.length, 6);
  assert.deepEqual(clients[1], {
    client: "codex",
    isInstalled: true,
    files: [user.at(".codex/config.toml")],
  });
});

Deno.test("connect refuses a client that it does not know, and addresses that are none", async () => {
  using user = new ClientUser();
  assert.equal((await user.run(["connect", "emacs"])).code, 2);
  assert.equal((await user.run(["disconnect"])).code, 2);
  const urls = ["ftp://x", "http://a:b@x", "http://x/?a=b", "x", "", "localhost:8045"];
  const bases = ["/v1", "/v1beta//", "/openai/v1", "/v1beta/openai/"].map((path) =>
    `http://x${path}`
  );
  for (const url of [...urls, ...bases]) {
    const { code, err } = await user.run(["connect", "aider", "--url", url, "--yes"]);
    assert.equal(code, 2, url);
    assert.match(err, /--url <url> is wrong: It must be the address of the gateway alone, as in /);
  }
  for (const model of ["", "__proto__", "a b", 'a"b']) {
    assert.equal((await user.run(["connect", "aider", "--model", model, "--yes"])).code, 2, model);
  }
  assert.deepEqual(user.names(), []);
});

Deno.test("Where two commands connect a client at once, the second one changes nothing", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  const records = new ConnectionRecords(user.dataDir);
  const [first, second] = ["m1", "m2"].map((model) => {
    const target = { url: "http://h", key: "k", model, smallModel: model };
    const files = CLAUDE_CODE.files(user.places, target);
    return planConnection({ client: "claude-code", url: target.url, files }, undefined);
  });
  assert.ok(first !== undefined && second !== undefined);
  await applyPlan(first, records);
  await assert.rejects(applyPlan(second, records), /has just changed the settings of claude-code/);
  assert.match(user.read(SETTINGS) ?? "", /"m1"/);
  {
    using _lock = records.lock();
    await assert.rejects(applyPlan(second, records), /changes the settings of clients now/);
  }
  await user.run(DISCONNECT);
  assert.equal(user.read(SETTINGS), MINE);
});

Deno.test("A command that died before it wrote the file leaves one that disconnect keeps", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  const records = new ConnectionRecords(user.dataDir);
  const target = { url: "http://h", key: "k", model: "m", smallModel: "m" };
  const files = CLAUDE_CODE.files(user.places, target);
  const { keep } = planConnection({ client: "claude-code", url: target.url, files }, undefined);
  assert.ok(keep !== undefined);
  {
    using _lock = records.lock();
    records.write(keep);
  }
  assert.match((await user.run(DISCONNECT)).out, /is as it was before, byte for byte/);
  assert.equal(user.read(SETTINGS), MINE);
});

/** Begins to connect Claude Code, and dies before it writes a file. */
function dieConnecting(user: ClientUser, env: Readonly<Record<string, string>> = {}): void {
  const records = new ConnectionRecords(user.dataDir);
  const target = { url: "http://h", key: "k", model: "m", smallModel: "m" };
  const places = { ...user.places, env: (name: string) => env[name] ?? user.places.env(name) };
  const files = CLAUDE_CODE.files(places, target);
  const kept = records.read("claude-code");
  const meanwhile = keptMeanwhile(
    planConnection({ client: "claude-code", url: target.url, files }, kept),
  );
  assert.ok(meanwhile !== undefined);
  using _lock = records.lock();
  records.write(meanwhile);
}

Deno.test("A command that died connecting a connected client anew leaves one that disconnect puts back", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  await user.run(CONNECT);
  dieConnecting(user);
  user.write(".claude/.settings.json.pollux.part", "half of it");
  assert.match((await user.run(DISCONNECT)).out, /is as it was before, byte for byte/);
  assert.equal(user.read(SETTINGS), MINE);
  dieConnecting(user);
  user.write(".claude/.settings.json.pollux.part", "half of it");
  assert.match((await user.run(DISCONNECT)).out, /is as it was before, byte for byte/);
  assert.deepEqual(user.names(".claude"), [SETTINGS]);
  await user.run(CONNECT);
  const changed = (user.read(SETTINGS) ?? "").replace("// Mine", "// Changed");
  user.write(SETTINGS, changed);
  dieConnecting(user);
  assert.equal((await user.run([...CONNECT, "--model", "gemini-9-pro"])).code, 0);
  await user.run(DISCONNECT);
  assert.equal(user.read(SETTINGS), MINE.replace("// Mine", "// Changed"));
});

Deno.test("A command that died while a client's folder changed loses neither folder's file", async () => {
  using user = new ClientUser();
  const other = "other/settings.json";
  user.write(SETTINGS, MINE);
  user.write(other, `{"env":{}}`);
  await user.run(CONNECT);
  const env = { CLAUDE_CONFIG_DIR: user.at("other") };
  dieConnecting(user, env);
  assert.equal((await user.run(DISCONNECT)).code, 0);
  assert.equal(user.read(SETTINGS), MINE);
  assert.equal(user.read(other), `{"env":{}}`);
  await user.run(CONNECT);
  dieConnecting(user, env);
  assert.equal((await user.run(CONNECT, { env })).code, 0);
  assert.equal(user.read(SETTINGS), MINE);
  await user.run(DISCONNECT);
  assert.equal(user.read(other), `{"env":{}}`);
});

Deno.test("What a command that died left beside a file goes with the next one, and former copies as well", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  user.write(".claude/.settings.json.pollux.part", "half of it");
  await user.run(CONNECT);
  user.write(SETTINGS, (user.read(SETTINGS) ?? "").replace("// Mine", "// Changed"));
  await user.run([...CONNECT, "--model", "gemini-9-pro"]);
  assert.deepEqual(user.names(".claude"), [SETTINGS]);
  const kept = [...Deno.readDirSync(`${user.dataDir}/connect/claude-code`)];
  assert.equal(kept.length, 2);
});

Deno.test("disconnect uses no copy that is damaged or gone, and the list has the other clients", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  await user.run(CONNECT);
  await user.run(["connect", "codex", ...AT_NOWHERE, "--yes"]);
  const written = user.read(SETTINGS);
  const folder = join(user.dataDir, "connect", "claude-code");
  const [copy] = [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name))
    .filter((path) => !path.endsWith("record.json"));
  assert.ok(copy !== undefined);
  const broken: readonly (readonly [() => void, RegExp])[] = [
    [() => Deno.writeTextFileSync(copy, "{"), /The copy ".*" is damaged; put .* delete the folder/],
    [() => Deno.removeSync(copy), /Cannot read the copy ".*": .*; put .* delete the folder/],
    [
      () => Deno.writeTextFileSync(join(folder, "record.json"), `{"version":2}`),
      /"\S+" is damaged, or of a later version of Pollux\. .* delete the folder/,
    ],
  ];
  for (const [breakIt, why] of broken) {
    breakIt();
    const { code, err } = await user.run(DISCONNECT);
    assert.equal(code, 1);
    assert.match(err, why);
    assert.equal(user.read(SETTINGS), written);
    const list = await user.run(["connect"]);
    assert.equal(list.code, 0);
    assert.match(list.err, why);
    assert.match(list.out, /^claude-code +yes +unknown /m);
    assert.match(list.out, /^codex +yes +http:\/\/127\.0\.0\.1:1 /m);
  }
});

testUnless(
  ON_WINDOWS,
  "disconnect removes a file of its own that was put elsewhere, with the link to it",
  async () => {
    using user = new ClientUser();
    await user.run(CONNECT);
    Deno.renameSync(user.at(SETTINGS), user.at("dotfile.json"));
    Deno.symlinkSync("../dotfile.json", user.at(SETTINGS));
    assert.equal((await user.run(DISCONNECT)).code, 0);
    assert.deepEqual(user.names(), []);
  },
);

Deno.test("Where what is kept cannot be written, no copy of a client's file stays", async () => {
  using user = new ClientUser();
  user.write(SETTINGS, MINE);
  const folder = join(user.dataDir, "connect", "claude-code");
  for (const path of [user.dataDir, join(user.dataDir, "connect"), folder]) {
    Deno.mkdirSync(path, { mode: 0o700 });
  }
  Deno.mkdirSync(join(folder, "record.json.part", "full"), { recursive: true });
  const { code, err } = await user.run(CONNECT);
  assert.equal(code, 1);
  assert.match(err, /Cannot write ".*record\.json"/);
  assert.equal(user.read(SETTINGS), MINE);
  assert.throws(() => Deno.statSync(folder), Deno.errors.NotFound);
});

Deno.test("disconnect leaves the name of Codex's provider to what was added to it", async () => {
  using user = new ClientUser();
  const path = ".codex/config.toml";
  user.write(path, "a = 1\n");
  const words = ["connect", "codex", ...AT_NOWHERE, "--yes"];
  await user.run(words);
  user.write(path, `${user.read(path)}query_params = {}\n`);
  const { out } = await user.run(["disconnect", "codex"]);
  assert.match(out, /stays: "model_providers\.pollux\.name"/);
  const mine = `a = 1\n\n[model_providers.pollux]\nname = "Pollux"\nquery_params = {}\n`;
  assert.equal(user.read(path), mine);
  await user.run(words);
  await user.run(["disconnect", "codex"]);
  assert.equal(user.read(path), mine);
});

Deno.test("connect finds the gateway on the data folder, by its own certificate, and its keys", async () => {
  using user = new ClientUser();
  await using gateway = await startGateway({
    dataDir: user.dataDir,
    flags: ["--tls-self-signed"],
  });
  const open = await user.run(["connect", "aider", "--yes"]);
  assert.equal(open.code, 0, open.err);
  assert.ok(user.read(".aider.conf.yml")?.includes(`openai-api-base: "${gateway.url}/v1"`));
  const made = await user.run(["keys", "create", "aider", "--key-only"]);
  const key = { input: made.out };
  const connected = await user.run(["connect", "aider", "--key-stdin", "--yes"], key);
  assert.equal(connected.code, 0, connected.err);
  assert.ok(user.read(".aider.conf.yml")?.includes(`openai-api-key: "${made.out}"`));
});

Deno.test("The shell completes the clients, and both commands' options", async () => {
  using user = new ClientUser();
  for (const command of ["connect", "disconnect"]) {
    const { out } = await user.run(["complete-words", "=", command]);
    assert.deepEqual(out.split("\n").map((line) => line.trim()), [...CLIENT_IDS]);
  }
  const { out } = await user.run(["complete-words", "=--key-", "connect", "codex"]);
  assert.deepEqual(out.split("\n").map((line) => line.split("\t")[0]), [
    "--key-env",
    "--key-file",
    "--key-stdin",
  ]);
});

Deno.test("A model that the gateway does not list is written, with a note", async () => {
  await using gateway = await startEmulatedGateway();
  using user = new ClientUser();
  const words = ["connect", "aider", "--url", gateway.url, "--print", "--model"];
  const { code, err } = await user.run([...words, "gpt-5"]);
  assert.equal(code, 0);
  assert.equal(err.match(/^Note: the gateway does not list the model "gpt-5"; /gm)?.length, 1);
  for (const model of ["gemini-2.5-pro", "models/gemini-2.5-pro"]) {
    assert.equal((await user.run([...words, model])).err, "");
  }
});
