/**
 * Checks what the documents say about tasks, settings, times and errors against the code.
 *
 * @module
 */
import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { configYaml } from "../../../src/config/file/config_yaml.ts";
import { LOOK_MS } from "../../../src/config/file/file_watch.ts";
import { loadConfig } from "../../../src/config/load_config.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { POLL_MS as KEYS_MS } from "../../../src/keys/key_ring.ts";
import { POLL_MS as ROSTER_MS } from "../../../src/server/dispatch/roster.ts";
import { POLL_MS as FOLLOW_MS } from "../../../src/store/kept.ts";
import { WRITE_MS } from "../../../src/store/kept/kept_state.ts";
import { readSourceFiles } from "../../architecture.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { blockUnder, DOCUMENTS, documentText, proseOf, ROOT } from "./documents.ts";
import { blocksFor, commandLines } from "./shown_blocks.ts";

/** What the first column of the table of errors quotes. */
function quotedErrors(): string[] {
  const [, table = ""] = documentText("docs/troubleshooting.md").split("\n## Errors\n");
  const rows = table.split("\n").filter((line) => line.startsWith("| ")).slice(2);
  return rows.flatMap((row) => {
    const cell = row.split("|")[1] ?? "";
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, quoted = ""]) => quoted);
  });
}

/** Errors that are not Pollux's words. */
const WORDS_OF_OTHERS: Readonly<Record<string, string>> = {
  "API key not valid": "Google's",
  "models/… is not found": "Google's",
  "Incomplete JSON segment": "@google/genai's, of a stream that ends within an event",
  "Invalid auth method selected": "gemini-cli's",
  "https://127.0.0.1": "not an error but an address",
  "WRONG_VERSION_NUMBER": "OpenSSL's",
  "does not look like a TLS handshake": "Go's",
  "CERTIFICATE_VERIFY_FAILED": "Python's",
  "self-signed certificate": "OpenSSL's",
  "Received HTTP/0.9 when not allowed": "curl's",
  "status=217/USER": "systemd's",
  "226/NAMESPACE": "systemd's",
};

/** Whether a source file says it: its pieces between the `…`, in order, outside of comments. */
function says(source: string, quoted: string): boolean {
  const code = source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const pieces = quoted.split("…").map((piece) => RegExp.escape(piece));
  return new RegExp(pieces.join("[^]*?")).test(code);
}

Deno.test("README's two commands are those that continuous integration runs", async () => {
  const ci = await Deno.readTextFile(`${ROOT}/.ci/run`);
  assert.equal(
    blockUnder("README.md", "Two commands"),
    "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test",
  );
  assert.match(ci, /^deno=\(npx -y deno@2\.9\.6\)$/m);
  assert.match(ci, /"\$\{deno\[@\]\}" task demo /);
  assert.match(ci, / npx -y deno@2\.9\.6 task test$/m);
});

Deno.test("Every task that a document shows in a block is run by continuous integration", async () => {
  const ci = await Deno.readTextFile(`${ROOT}/.ci/run`);
  for (const { path, text } of blocksFor("tasks")) {
    for (const line of commandLines(text)) {
      const task = /^npx -y deno@2\.9\.6 (task \w+)/.exec(line)?.[1];
      assert.ok(task !== undefined && ci.includes(` ${task}`), `${path}: ${line}`);
    }
  }
});

Deno.test("The documents name tasks that exist", () => {
  const named = DOCUMENTS.flatMap(({ path, text }) =>
    [...text.matchAll(/\bdeno(?:@[\d.]+)? task (\w+)/g)].map(([, task = ""]) => ({ path, task }))
  );
  assert.ok(named.length >= 10, `Only ${named.length} tasks found`);
  for (const { path, task } of named) assert.ok(task in manifest.tasks, `${path}: ${task}`);
});

Deno.test("The configuration in docs/configuration.md is accepted and changes no default", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/config.yaml`;
  await Deno.writeTextFile(path, blockUnder("docs/configuration.md", "Settings"));
  const file = { path, isChosen: true };
  const { config } = await loadConfig({ file, env: () => undefined, flags: {} });
  assert.deepEqual(config, configSchema.parse({}));
});

Deno.test("The configuration in docs/configuration.md is the schema's: every key, default and description", () => {
  const lines = configYaml((key) => ({ value: key.default, comment: key.description }));
  // `deno fmt` indents a comment as far as the key that follows it.
  const shown = blockUnder("docs/configuration.md", "Settings").replace(/^ +#/gm, "#");
  assert.equal(shown, lines);
});

Deno.test("The errors in docs/troubleshooting.md are worded as they are in the code", async () => {
  const sources = await readSourceFiles(ROOT);
  const errors = quotedErrors();
  for (const words of Object.keys(WORDS_OF_OTHERS)) {
    assert.ok(errors.includes(words), `docs/troubleshooting.md does not quote "${words}"`);
  }
  const own = errors.filter((words) => !(words in WORDS_OF_OTHERS));
  assert.ok(own.length >= 8, `Only ${own.length} errors found`);
  for (const words of own) {
    // The emulator speaks for Google.
    const found = sources.some(({ path, text }) =>
      path.startsWith("src/") && !path.startsWith("src/emulator/") && says(text, words)
    );
    assert.ok(found, `Nothing in src says "${words}"`);
  }
});

/** Where a document promises "within two seconds", and how often. */
const TWO_SECONDS: Readonly<Record<string, number>> = {
  "docs/accounts.md": 1,
  "docs/commands.md": 1,
  "docs/configuration.md": 1,
  "docs/routing.md": 2,
  "docs/security.md": 1,
  "docs/several-gateways.md": 1,
  "docs/team.md": 1,
};

Deno.test("A change reaches gateways in two seconds with half a second left to read it", () => {
  const counted = DOCUMENTS.filter(({ path }) => path !== "CHANGELOG.md").map((document) =>
    [
      document.path,
      [...proseOf(document).matchAll(/within (?:about )?two\s+seconds/g)].length,
    ] as const
  ).filter(([, count]) => count > 0);
  assert.deepEqual(Object.fromEntries(counted), TWO_SECONDS);
  const waits = {
    "a change of an account, or that its cool-downs are over": ROSTER_MS,
    "a change of a client key": KEYS_MS,
    "a change of the configuration file": 2 * LOOK_MS,
    "what another gateway learnt": WRITE_MS + FOLLOW_MS,
  };
  for (const [what, ms] of Object.entries(waits)) assert.ok(ms <= 1500, `${what}: ${ms} ms`);
});
