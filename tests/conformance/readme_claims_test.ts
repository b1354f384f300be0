/**
 * What README says of commands, settings and errors, held against the code.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { POLL_MS as FOLLOW_MS } from "../../src/daemon/follow_others.ts";
import { WRITE_MS } from "../../src/daemon/keep_routing.ts";
import { configYaml } from "../../src/config/config_yaml.ts";
import { LOOK_MS } from "../../src/config/file_watch.ts";
import { loadConfig } from "../../src/config/load_config.ts";
import { configSchema } from "../../src/config/schema.ts";
import { POLL_MS as ROSTER_MS } from "../../src/server/dispatch/roster.ts";
import { readSourceFiles } from "../architecture.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { fencedBlocks } from "./fenced_blocks.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const README = await Deno.readTextFile(`${ROOT}/README.md`);

/** The only block under a heading. */
function blockUnder(section: string): string {
  const [block, ...others] = fencedBlocks(README).filter((block) => block.section === section);
  assert.ok(block !== undefined && others.length === 0, `Not one block under "${section}"`);
  return block.text;
}

/** What the first column of the table of errors quotes. */
function quotedErrors(): string[] {
  const table = README.split("\n## ").find((part) => part.startsWith("Troubleshooting\n")) ?? "";
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
  "status=217/USER": "systemd's",
  "226/NAMESPACE": "systemd's",
};

/** Whether a source file says it: its pieces between the `…`, in order, outside of comments. */
function says(source: string, quoted: string): boolean {
  const code = source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const pieces = quoted.split("…").map((piece) => RegExp.escape(piece));
  return new RegExp(pieces.join("[^]*?")).test(code);
}

Deno.test("README has blocks only where a test reads them", () => {
  const sections = new Set(fencedBlocks(README).map(({ section }) => section));
  assert.deepEqual([...sections], [
    "Two commands",
    "A minute to the first answer",
    "Your own accounts",
    "Configuration",
  ]);
});

Deno.test("README's two commands are those that continuous integration runs", async () => {
  const ci = await Deno.readTextFile(`${ROOT}/.ci/run`);
  assert.equal(
    blockUnder("Two commands"),
    "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test",
  );
  assert.match(ci, /^deno=\(npx -y deno@2\.9\.6\)$/m);
  assert.match(ci, /"\$\{deno\[@\]\}" task demo /);
  assert.match(ci, / npx -y deno@2\.9\.6 task test$/m);
});

Deno.test("README names tasks that there are", () => {
  const named = [...README.matchAll(/\bdeno\S* task (\w+)/g)].map(([, task = ""]) => task);
  assert.deepEqual(new Set(named), new Set(["demo", "test", "compile", "pollux", "bench"]));
  for (const task of named) assert.ok(task in manifest.tasks, task);
});

Deno.test("README's configuration is accepted and changes no default", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/config.yaml`;
  await Deno.writeTextFile(path, blockUnder("Configuration"));
  const file = { path, isChosen: true };
  const { config } = await loadConfig({ file, env: () => undefined, flags: {} });
  assert.deepEqual(config, configSchema.parse({}));
});

Deno.test("README's configuration is the schema's: every key, default and description", () => {
  const lines = configYaml((key) => ({ value: key.default, comment: key.description }));
  assert.equal(blockUnder("Configuration"), lines);
});

Deno.test("README's errors are worded as they are in the code", async () => {
  const sources = await readSourceFiles(ROOT);
  const errors = quotedErrors();
  for (const words of Object.keys(WORDS_OF_OTHERS)) {
    assert.ok(errors.includes(words), `README does not quote "${words}"`);
  }
  const own = errors.filter((words) => !(words in WORDS_OF_OTHERS));
  assert.ok(own.length >= 8, `Only ${own.length} errors found in README`);
  for (const words of own) {
    // The emulator speaks for Google.
    const found = sources.some(({ path, text }) =>
      path.startsWith("src/") && !path.startsWith("src/emulator/") && says(text, words)
    );
    assert.ok(found, `Nothing in src says "${words}"`);
  }
});

Deno.test("README's two seconds leave half a second for reading, whatever the moment of a change", () => {
  assert.equal([...README.matchAll(/within (?:about )?two\s+seconds/g)].length, 5);
  const waits = {
    "a change of an account, or that its rests are over": ROSTER_MS,
    "a change of the configuration file": 2 * LOOK_MS,
    "what another gateway learnt": WRITE_MS + FOLLOW_MS,
  };
  for (const [what, ms] of Object.entries(waits)) assert.ok(ms <= 1500, `${what}: ${ms} ms`);
});
