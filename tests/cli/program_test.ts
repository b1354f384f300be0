import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { tempFolder } from "../support/temp_folder.ts";
import { keepPrinted } from "../support/keep_printed.ts";
import { PLANTED_ADDRESS } from "../support/planted.ts";
import { runAs } from "../support/fake_terminal.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

Deno.test("run() prints the version, three ways", async () => {
  for (const args of [["version"], ["--version"], ["-V"]]) {
    const { code, out } = await runAs({}, args);
    assert.equal(code, 0);
    assert.equal(out, `pollux ${manifest.version}`);
  }
  const { out } = await runAs({}, ["version", "--json"]);
  assert.equal(JSON.parse(out).version, manifest.version);
});

Deno.test("run() prints help and exits with 0", async () => {
  const { code, out, err } = await runAs({}, ["--help"]);
  assert.equal(code, 0);
  assert.match(out, /serve.*run the gateway/);
  assert.equal(err, "");
  assert.match(
    (await runAs({}, ["accounts", "add", "code-assist", "--help"])).out,
    /--credentials/,
  );
});

Deno.test("The help of commands that group others has examples, and shows no value of the code's", async () => {
  for (const words of ["accounts", "accounts add", "login", "config", "service"]) {
    const { out } = await runAs({}, [...words.split(" "), "--help"]);
    assert.match(out, /\nExamples:\n {2}pollux /, words);
  }
  for (const words of ["accounts add code-assist", "login code-assist", "login vertex"]) {
    const { out } = await runAs({}, [...words.split(" "), "--help"]);
    assert.match(out, /--base-url/);
    assert.doesNotMatch(out, /default: \[/, words);
  }
});

Deno.test("help before a command prints the help of that command", async () => {
  for (const words of [["help", "accounts"], ["accounts", "help", "list"]]) {
    const { code, out } = await runAs({}, words);
    assert.equal(code, 0, words.join(" "));
    assert.match(out, /^Usage: pollux accounts/);
  }
});

Deno.test("run() exits with 2 when called wrongly, and says what was meant", async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["acounts"], /^Error: Unknown command; did you mean "accounts"\?$/],
    [["accounts", "lst"], /did you mean "list"\?/],
    [["accounts"], /Usage: pollux accounts/],
    [["help", "acounts"], /^Error: Unknown command; did you mean "accounts"\?$/],
    [["help", "nonsense"], /^Error: Unknown command; see --help$/],
    // An account may be named "help".
    [["accounts", "show", "help", "home"], /^Error: Too many arguments/],
    [["accounts", "help", "lst"], /^Error: Unknown command; did you mean "list"\?$/],
    [["accounts", "list", "--jsn"], /Unknown option; did you mean "--json"\?/],
    [["accounts", "show"], /Missing required argument 'account'/],
    [["--prt", "1"], /Unknown option; did you mean "--port"\?/],
    [["accounts", "ixport"], /did you mean "export" or "import"\?/],
    [["nonsense"], /Unknown command; see --help/],
    [["serve", "--port", "65536"], /The value of --port <number> is wrong: .* from 0 to 65535/],
    [["completion", "csh"], /The value of <shell> is wrong: .*bash, zsh, fish, powershell/],
    [["--port", "1e3"], /number from 0 to 65535/],
    ...["--key", "--key=x", "--api-key", "--apikey", "-key"].map((option) =>
      [["accounts", "add", "gemini-api", "home", option], /a key is never an argument/] as const
    ),
    [["accounts", "add", "gemini-api", "home", "--keyx"], /did you mean "--key-env"|see --help/],
  ];
  for (const [args, words] of cases) {
    const { code, err, out } = await runAs({}, args);
    assert.equal(code, 2, args.join(" "));
    assert.match(err, words);
    assert.doesNotMatch(err, /\n\s+at /);
    assert.equal(out, "");
  }
});

Deno.test("run() repeats nothing that was typed where it does not belong", async () => {
  const add = ["accounts", "add", "gemini-api", "work"];
  const typed: readonly (readonly string[])[] = [
    [...add, "planted-key"],
    [...add, "--key=planted-key"],
    [...add, "--key", "planted-key"],
    [...add, "--planted-key"],
    ["planted-key"],
    ["accounts", "add", "planted-key"],
    ["accounts", "lst\n(Did you mean planted-key?)"],
    ["--port", "planted-key' is invalid. planted"],
    ["completion", "planted-key"],
    ["accounts", "edit", "work", "--weight=planted-key"],
  ];
  for (const args of typed) {
    const { code, err, out } = await runAs({}, args);
    assert.equal(code, 2);
    assert.match(err, /^Error: /);
    assert.doesNotMatch(err + out, /planted/, args.join(" "));
  }
});

Deno.test("run() repeats no e-mail address that was typed", async () => {
  using folder = tempFolder();
  const words = ["accounts", "show", PLANTED_ADDRESS, "--data-dir", `${folder.path}/data`];
  const { code, err, out } = await runAs({}, words);
  assert.equal(code, 1);
  assert.match(err, /^Error: There is no account "\*\*\*"/);
  assert.doesNotMatch(err + out, /planted/);
});

Deno.test("main.ts needs no permission beyond those that ship, and exits with the command's code", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const add = ["accounts", "add", "gemini-api", "work", "--key-stdin", "--data-dir", dataDir];
  const added = await runMain(add, "planted-key\n");
  assert.deepEqual(added.err, "");
  assert.equal(added.code, 0);
  assert.match(added.out, /^Added "work"/);
  const again = await runMain(add, "planted-key\n");
  assert.equal(again.code, 1);
  assert.match(again.err, /^Error: An account "work" already/);
  assert.doesNotMatch(added.out + again.out + again.err, /planted/);
  assert.equal((await runMain(["--help"])).code, 0);
  assert.equal((await runMain(["nonsense"])).code, 2);
});

async function runMain(args: readonly string[], input = "") {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "main.ts",
      ...args,
    ],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  const printed = { out: decoder.decode(stdout), err: decoder.decode(stderr) };
  keepPrinted(printed.out + printed.err);
  return { code, ...printed };
}
