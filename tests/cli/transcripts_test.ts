/**
 * Pollux at a terminal, as a newcomer sees it, beside transcripts that are kept in `transcripts`.
 * `UPDATE_TRANSCRIPTS=1 deno task test tests/cli/transcripts_test.ts` renews them: read the difference
 * before you commit it. Python's `pty` is the terminal; a machine without Python leaves these out.
 *
 * @module
 */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { acquireDataLock } from "../../src/store/folder/data_lock.ts";
import { GatewayFile } from "../../src/store/folder/gateway_file.ts";
import { polluxCommand } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";
import { planted } from "../support/planted.ts";
import { noTerminal, runAtTerminal, type Step } from "../support/pty.ts";
import { closedUrl } from "../support/test_upstream.ts";
import { startStatusServer } from "../support/status_server.ts";
import { testUnless } from "../support/left_out.ts";

const UPDATES = Deno.env.get("UPDATE_TRANSCRIPTS") === "1";
const CTRL_C = "\x03";

/** A command line, and what is typed while it runs. */
interface Line {
  readonly words: readonly string[];
  readonly steps?: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: 80 columns, 24 rows. */
  readonly size?: { readonly columns: number; readonly rows: number };
}

/** Each in a data folder of its own. */
const TRANSCRIPTS: Readonly<Record<string, readonly Line[]>> = {
  help: [{ words: ["--help"] }],
  "help of a command": [{ words: ["accounts", "add", "gemini-api", "--help"] }],
  typo: [
    { words: ["acounts", "list"] },
    { words: ["accounts", "lits"] },
    { words: ["serve", "--prot", "80"] },
    { words: ["serve", "--port", "http"] },
  ],
  "no colours": [
    { words: ["accounts", "show", "--help"], env: { NO_COLOR: "1" } },
    { words: ["acounts"], env: { NO_COLOR: "1" } },
    { words: ["acounts"], env: { TERM: "dumb" } },
  ],
  "add gemini-api": [
    {
      words: ["accounts", "add", "gemini-api", "home"],
      steps: [{ await: "not shown: ", send: `${planted("key")}\r` }],
    },
    {
      words: ["accounts", "add", "gemini-api", "other"],
      steps: [{ await: "not shown: ", send: CTRL_C }],
    },
    { words: ["accounts", "list"] },
  ],
  "add code-assist": [
    {
      words: ["accounts", "add", "code-assist", "work", "--credentials", "adc.json"],
      steps: [{ await: "[y/N] ", send: "n\r" }],
    },
    {
      words: ["accounts", "add", "code-assist", "work", "--credentials", "adc.json"],
      steps: [{ await: "[y/N] ", send: "y\r" }],
    },
    { words: ["accounts", "list"] },
  ],
  "serve without an account": [
    { words: ["serve", "--port", "0"], steps: [{ await: "pollux demo\r\n", send: CTRL_C }] },
  ],
  "serve for others": [
    {
      words: ["serve", "--host", "0.0.0.0", "--port", "0"],
      steps: [{ await: "pollux demo\r\n", send: CTRL_C }],
    },
    { words: ["keys", "list"] },
  ],
  keys: [
    { words: ["keys", "--help"] },
    { words: ["keys", "create", "ada", "--requests-per-minute", "60", "--budget", "20usd/month"] },
    { words: ["keys", "create", "guest", "--allow", "gemini-*-flash", "--expires", "2999-01-31"] },
    { words: ["keys", "create", "ada"] },
    { words: ["keys", "create", "a b"] },
    { words: ["keys", "create", "bob", "--budget", "20"] },
    { words: ["keys", "list"] },
    { words: ["keys", "show", "ada"] },
    { words: ["keys", "edit", "ada", "--no-budget", "--tokens-per-day", "2M"] },
    { words: ["keys", "disable", "guest"] },
    { words: ["keys", "rotate", "ada"] },
    { words: ["keys", "remove", "ada"], steps: [{ await: "[y/N] ", send: "y\r" }] },
  ],
  connect: [
    { words: ["connect", "--help"] },
    {
      words: ["connect", "codex"],
      env: { CODEX_HOME: "codex" },
      steps: [{ await: "[y/N] ", send: "n\r" }],
    },
    {
      words: ["connect", "codex"],
      env: { CODEX_HOME: "codex" },
      steps: [{ await: "[y/N] ", send: "y\r" }],
    },
    { words: ["connect", "codex"], env: { CODEX_HOME: "codex" } },
    { words: ["keys", "create", "codex"] },
    {
      words: ["connect", "codex"],
      env: { CODEX_HOME: "codex" },
      steps: [{ await: "not shown: ", send: CTRL_C }],
    },
    { words: ["disconnect", "codex"], env: { CODEX_HOME: "codex" } },
    { words: ["disconnect", "codex"] },
  ],
  status: [
    { words: ["status"] },
    { words: ["status"], size: { columns: 120, rows: 50 } },
    { words: ["status"], size: { columns: 50, rows: 12 } },
    {
      words: ["status", "--watch"],
      size: { columns: 80, rows: 10 },
      steps: [{ await: "--json", send: CTRL_C }],
    },
  ],
  demo: [
    {
      words: ["demo", "--port", "0"],
      steps: [{ await: "It keeps nothing.\r\n", send: CTRL_C }],
    },
  ],
};

/** Runs the lines one after the other, and gives what the terminal showed. */
async function transcribe(lines: readonly Line[]): Promise<string> {
  using folder = tempFolder();
  const credentials = {
    type: "authorized_user",
    client_id: "client.apps.example",
    client_secret: planted("client-secret"),
    refresh_token: planted("refresh-token"),
    // Nobody answers there.
    token_uri: `${closedUrl()}/token`,
  };
  handIn(folder.path, { name: "adc.json", text: JSON.stringify(credentials) });
  const shown: string[] = [];
  await using gateway = startStatusServer();
  using file = new GatewayFile(`${folder.path}/status`);
  // A gateway holds the lock of its folder.
  using _lock = acquireDataLock(`${folder.path}/status`);
  file.write({ url: gateway.url, adminKey: "key" });
  for (const { words, steps = [], env = {}, size } of lines) {
    const dataDir = `${folder.path}/${words[0] === "status" ? "status" : "data"}`;
    const command = polluxCommand(words, { dataDir });
    // What runs the tests may have set these, and they say nothing about the user.
    const { NO_COLOR: _noColor, CI: _ci, ...inherited } = command.env;
    const { code, received } = await runAtTerminal({
      ...command,
      env: { ...inherited, TERM: "xterm-256color", ...env },
      cwd: `${folder.path}/handed-in`,
      steps,
      ...(size && { size }),
    });
    const wide = size && { COLUMNS: size.columns, LINES: size.rows };
    const set = Object.entries({ ...env, ...wide }).map(([name, value]) => `${name}=${value} `)
      .join("");
    shown.push(`$ ${set}pollux ${words.join(" ")}`, normalise(received), `[exit code ${code}]`, "");
  }
  return shown.join("\n");
}

/** Takes out what differs from run to run, and shows escapes as what they are. */
function normalise(received: string): string {
  return received.replaceAll("\r\n", "\n").trimEnd()
    .replaceAll("\x1b", "\\e")
    .replaceAll("\r", "\\r")
    .replaceAll("\b", "\\b")
    .replaceAll(/"[^"\n]*\bpollux-demo-\w+/g, '"/tmp/pollux-demo-ID')
    .replaceAll(/\/\S*\bpollux-test-\w+/g, "/tmp/FOLDER")
    .replace(/^ {2}pollux\(\) \{ .* "\$@"; \}$/m, '  pollux() { COMMAND "$@"; }')
    .replace(/plx_[\w-]{49}/g, "plx_KEY")
    .replace(/plx_…[\w-]{4}/g, "plx_…TAIL")
    .replace(/key_[0-9a-f]{12}/g, "key_ID")
    // Not the year 2999, which a test chose.
    .replace(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "2026-01-01T00:00:00Z")
    .replace(/0\.0\.0\.0:\d{4,5}/g, "0.0.0.0:PORT")
    // A machine without a network has no such address.
    .replace(
      /the address (?:of this machine in your network, and the port above|http:\/\/[\d.]+:\d+)/,
      "the address http://192.0.2.7:PORT",
    )
    .replace(/127\.0\.0\.1:(?!8045\b)\d{4,5}/g, "127.0.0.1:PORT")
    .replace(/\d\d:\d\d:\d\d\.\d{3}/g, "TIME")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(?= \(in)/g, "YYYY-MM-DD HH:MM")
    .replaceAll(manifest.version, "VERSION");
}

async function compare(name: string, lines: readonly Line[]): Promise<void> {
  const file = new URL(`transcripts/${name.replaceAll(" ", "_")}.txt`, import.meta.url);
  const transcript = await transcribe(lines);
  if (UPDATES) await Deno.writeTextFile(file, transcript);
  assert.equal(transcript, await Deno.readTextFile(file));
}

const NO_TERMINAL = await noTerminal();

for (const [name, lines] of Object.entries(TRANSCRIPTS)) {
  const title = `At a terminal, "${name}" reads as its transcript`;
  testUnless(NO_TERMINAL, title, () => compare(name, lines));
}
