/**
 * What changes settings in the files of clients: it refuses a file, or changes its own settings alone.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import {
  valueAt,
  withRawSettings,
  withSettings,
} from "../../../src/cli/connect/formats/change_settings.ts";
import {
  FORMAT_NAMES,
  type FormatName,
  FORMATS,
} from "../../../src/cli/connect/formats/formats.ts";
import { NotUnderstood } from "../../../src/cli/connect/formats/settings_format.ts";
import { fileBytes, fileText } from "../../../src/cli/connect/files/file_text.ts";
import { digestOf } from "../../../src/cli/connect/record/connection_record.ts";
import { undoneFile } from "../../../src/cli/connect/record/undo_file.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, outcome } from "../fuzz_target.ts";

/** The root alone in formats that have no objects. */
const PATHS: Readonly<Record<FormatName, readonly (readonly string[])[]>> = {
  json: [["model"], ["env", "URL"], ["env", "KEY"], ["a", "b", "c"]],
  toml: [["model"], ["p", "pollux", "url"], ["p", "pollux", "key"]],
  yaml: [["model"], ["api-key"]],
  dotenv: [["URL"], ["KEY"]],
};

/** A file with the settings, and without them again, says what it said; if nothing was changed, it has its bytes. */
function checkFormat(name: FormatName): FuzzTarget["check"] {
  const format = FORMATS[name];
  return (input: Uint8Array, random: Random) => {
    const read = outcome(() => fileText(input), [NotUnderstood]);
    if (!("value" in read)) return;
    const { mark, text } = read.value;
    const settings = PATHS[name].map((path) => ({
      path,
      value: random.chance(0.5) ? "http://h" : "k-'1",
    }));
    const changed = outcome(() => withSettings(text, { format, settings }), [NotUnderstood]);
    if (!("value" in changed)) return;
    const before = format.parse(text);
    const after = format.parse(changed.value);
    for (const { path, value } of settings) assert.equal(valueAt(after, path), value);
    // Parsers of whole files take long, so not every input is taken back again.
    if (random.chance(0.7)) return;
    assert.equal(withSettings(changed.value, { format, settings }), changed.value);
    const bytes = fileBytes({ mark, text: changed.value });
    const file = {
      path: "x",
      format: name,
      written: digestOf(bytes),
      settings: settings.map(({ path, value }) => ({
        path: [...path],
        value: digestOf(format.rawOf(value)),
      })),
      folders: [],
    };
    assert.deepEqual(undoneFile(bytes, { file, before: input }).bytes, input);
    const edited = { file: { ...file, written: "" }, before: input };
    const undone = outcome(() => undoneFile(bytes, edited), [NotUnderstood]);
    if (!("value" in undone)) return;
    const again = format.parse(fileText(undone.value.bytes).text);
    assert.ok(isDeepStrictEqual(again, before), `${JSON.stringify(text)} is not as it was`);
    const gone = settings.map(({ path }) => ({ path, raw: undefined, kept: 0 }));
    outcome(() => withRawSettings(text, { format, settings: gone }), [NotUnderstood]);
  };
}

const SEEDS: Readonly<Record<FormatName, readonly string[]>> = {
  json: [
    "",
    `// c\n{\n\t"env": { "URL": 1, "z": [true, null] }, // d\n\t"model": "m",\n}\n`,
    `{"a":{"b":{}},"env":{}}`,
    `{\r\n  "env": /* x */ {\r\n  }\r\n}`,
  ],
  toml: [
    "",
    `model = 'x' # c\n[p.pollux]\nurl = ["a",\n "b"]\n[[l]]\nx = 1\n`,
    `"p".pollux.url = """\nx"""\r\n[t]\r\nd = 1979-05-27\r\ni = { a = 1 }`,
  ],
  yaml: [
    "",
    `# c\nmodel: 'x'  # d\nread: [a, b]\napi-key:\nz: |\n  t\n`,
    `  model: &m "x"\r\n  l:\r\n  - a\r\n  api-key: >-\r\n    t`,
  ],
  dotenv: ["", `# c\nexport URL='a b' # d\nKEY=\nZ="x\nKEY=no"\n`, "URL: x\r\nA=`b`"],
};

const TOKENS: Readonly<Record<FormatName, readonly string[]>> = {
  json: [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "//",
    "/*",
    "*/",
    '"env"',
    '"URL"',
    "\n",
    "\t",
    "\\u0055",
  ],
  toml: ["[", "]", "[[", "]]", "{", "}", "=", '"""', "'''", "#", ".", "p", "pollux", "model", "\n"],
  yaml: [
    ":",
    "- ",
    "|",
    ">",
    "&a",
    "*a",
    "{",
    "}",
    "#",
    "---",
    "...",
    "model",
    "api-key",
    "\n",
    "  ",
  ],
  dotenv: ["=", ":", "#", "'", '"', "`", "export ", "URL", "KEY", "\n", "\\"],
};

/** The targets: one for each format. */
export const SETTINGS_TARGETS: readonly FuzzTarget[] = FORMAT_NAMES.map((name) => ({
  name: `settings_${name}`,
  seeds: SEEDS[name],
  tokens: TOKENS[name],
  check: checkFormat(name),
}));
