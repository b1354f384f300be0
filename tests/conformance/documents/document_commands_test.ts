/**
 * The commands and options that the documents name in their text and tables are those that Pollux has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runAs } from "../../support/fake_terminal.ts";
import { DOCUMENTS, documentText, inlineCode } from "./documents.ts";

/** A command of Pollux. */
interface KnownCommand {
  /** As in `accounts add vertex`; empty for Pollux itself. */
  readonly path: string;
  readonly options: ReadonlySet<string>;
  /** The commands below it; empty for one that does something. */
  readonly below: readonly string[];
}

/** Options of other programs that the documents name. */
const OPTIONS_OF_OTHERS: Readonly<Record<string, string>> = {
  "--dir": "install.sh",
  "--filter": "deno task test",
  "--impersonate-service-account": "gcloud",
  "--inputs": "deno task fuzz",
  "--minutes": "deno task soak",
  "--only": "deno task bench",
  "--repo": "gh attestation verify",
  "--seconds": "deno task fuzz",
  "--seed": "deno task fuzz",
  "--skip-trust": "gemini-cli",
  "--target": "deno task release",
};

/** Options that every command of a group takes; a table for one command need not name them. */
const COMMON_OPTIONS = new Set(["--config", "--data-dir", "--help", "--json"]);

/** What Pollux itself says could be typed next. */
async function completions(word: string, path: string): Promise<string[]> {
  const before = path === "" ? [] : path.split(" ");
  const { code, out } = await runAs({}, ["complete-words", `=${word}`, ...before]);
  assert.equal(code, 0);
  return out.split("\n").map((line) => line.split("\t")[0] ?? "").filter((word) => word !== "");
}

/** Every command, Pollux itself first. */
async function knownCommands(path = ""): Promise<KnownCommand[]> {
  const options = new Set(await completions("--", path));
  const words = await completions("", path);
  // Only what has commands below it has a help command.
  const below = words.includes("help") ? words.filter((word) => word !== "help") : [];
  const deeper: KnownCommand[] = [];
  for (const word of below) deeper.push(...await knownCommands(`${path} ${word}`.trim()));
  return [{ path, options, below }, ...deeper];
}

/** What is wrong with a command as a document writes it, with `NAME` in capitals for what varies. */
function faultOf(words: readonly string[], known: readonly KnownCommand[]): string | undefined {
  let command = known[0];
  const rest = [...words];
  while (command !== undefined && command.below.length > 0) {
    const word = rest[0];
    if (word === undefined || !/^[a-z]/.test(word)) break;
    if (word === "help") return undefined;
    const path = `${command.path} ${word}`.trim();
    command = known.find((known) => known.path === path);
    rest.shift();
  }
  if (command === undefined) return "there is no such command";
  for (const word of rest) {
    const [option = ""] = word.split("=");
    if (option.startsWith("--") && !command.options.has(option)) return `it has no ${option}`;
  }
  return undefined;
}

const known = await knownCommands();

Deno.test("Every command that a document names exists, with its options", () => {
  let count = 0;
  for (const document of DOCUMENTS) {
    for (const code of inlineCode(document)) {
      const [program, ...words] = code.split(" ");
      const groups = known[0]?.below ?? [];
      // `accounts list` stands for `pollux accounts list`; `status` alone may be anything.
      const isCommand = program === "pollux" ||
        (words.length > 0 && groups.includes(program ?? ""));
      if (!isCommand) continue;
      count++;
      const typed = program === "pollux" ? words : [program ?? "", ...words];
      // Such as `pollux accounts add|list`, for several at once.
      if (typed.some((word) => word.includes("|"))) continue;
      const fault = faultOf(typed, known);
      assert.equal(fault, undefined, `${document.path}: ${code}: ${fault}`);
    }
  }
  assert.ok(count >= 60, `Only ${count} commands found`);
});

Deno.test("Every option that a document names belongs to a command", () => {
  const options = new Set(known.flatMap(({ options }) => [...options]));
  for (const document of DOCUMENTS) {
    for (const code of inlineCode(document)) {
      const option = /^--[a-z][a-z-]*/.exec(code)?.[0];
      if (option === undefined) continue;
      assert.ok(options.has(option) || option in OPTIONS_OF_OTHERS, `${document.path}: ${code}`);
    }
  }
});

Deno.test("docs/commands.md lists every command", () => {
  const listed = documentText("docs/commands.md");
  const leaves = known.filter(({ path, below }) => path !== "" && below.length === 0);
  assert.ok(leaves.length >= 25, `Only ${leaves.length} commands found`);
  for (const { path } of leaves) {
    const asKind = path.replace(/ [^ ]+$/, " KIND");
    const isListed = [path, asKind].some((path) =>
      new RegExp(`^\\| \`pollux ${path}(?: [A-Z]+)?\` `, "m").test(listed)
    );
    assert.ok(isListed, `pollux ${path}`);
  }
});

/** Which commands a section has a table of options for. */
const OPTION_TABLES: readonly (readonly [file: string, section: string, RegExp])[] = [
  ["docs/accounts.md", "Add", /^accounts add /],
  ["docs/accounts.md", "Edit", /^accounts edit$/],
  ["docs/accounts.md", "Import", /^accounts import$/],
  ["docs/connect.md", "Options", /^connect$/],
  ["docs/limits.md", "What a key may use", /^keys create$/],
  ["docs/service.md", "Running as a service", /^service (?:install|print)$/],
];

for (const [file, section, commands] of OPTION_TABLES) {
  Deno.test(`The options under "${section}" in ${file} are complete`, () => {
    const parts = documentText(file).split(/^#{1,6} (?=.)/m);
    const text = parts.find((part) => part.startsWith(`${section}\n`)) ?? "";
    const options = known.filter(({ path }) => commands.test(path)).flatMap(({ options }) => [
      ...options,
    ]);
    assert.ok(options.length > 0);
    for (const option of options) {
      if (COMMON_OPTIONS.has(option)) continue;
      assert.match(text, new RegExp(`\`${option}[\`,]`), option);
    }
  });
}
