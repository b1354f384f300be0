import assert from "node:assert/strict";
import {
  withRawSettings,
  withSettings,
} from "../../../../src/cli/connect/formats/change_settings.ts";
import { NotUnderstood } from "../../../../src/cli/connect/formats/settings_format.ts";
import { TOML_FORMAT } from "../../../../src/cli/connect/formats/toml_format.ts";

const SETTINGS = [
  { path: ["model"], value: "m" },
  { path: ["p", "pollux", "url"], value: "http://h" },
  { path: ["p", "pollux", "key"], value: 'a"b\\' },
];

function changed(text: string): string {
  return withSettings(text, { format: TOML_FORMAT, settings: SETTINGS });
}

const TABLE = `[p.pollux]\nurl = "http://h"\nkey = "a\\"b\\\\"`;

/** A text, and what it becomes. */
const CHANGES: readonly (readonly [name: string, before: string, after: string])[] = [
  ["an empty file", "", `model = "m"\n\n${TABLE}\n`],
  ["a comment", "# mine\n", `model = "m"\n\n# mine\n\n${TABLE}\n`],
  [
    "settings and tables",
    `a = 1 # one\n\n# of t\n[t]\nx = "[no]"\n`,
    `a = 1 # one\nmodel = "m"\n\n# of t\n[t]\nx = "[no]"\n\n${TABLE}\n`,
  ],
  ["no line end at the end", `[t]\nx = 1`, `model = "m"\n\n[t]\nx = 1\n\n${TABLE}`],
  [
    "the same names with other values",
    `"model" = 'old' # why\n[ p . "pollux" ]\nurl=["a",\n "b"] # list\nz = """\nkey = "no"\n"""\n[t]\nmodel = 1\n`,
    `"model" = "m" # why\n[ p . "pollux" ]\nurl="http://h" # list\nz = """\nkey = "no"\n"""\nkey = "a\\"b\\\\"\n[t]\nmodel = 1\n`,
  ],
  [
    "carriage returns",
    `a = 1\r\n[t]\r\nx = 1\r\n`,
    `a = 1\r\nmodel = "m"\r\n[t]\r\nx = 1\r\n\r\n${TABLE.replaceAll("\n", "\r\n")}\r\n`,
  ],
  [
    "dotted names at the root",
    `p.other.x = 1\n`,
    `p.other.x = 1\nmodel = "m"\n\n${TABLE}\n`,
  ],
  [
    "dates, large numbers and strings of all kinds",
    `d = 1979-05-27T07:32:00Z\nn = 9007199254740993\nf = nan\ns = ''''x' # no''''\nb = "\\"] # no"\n`,
    `d = 1979-05-27T07:32:00Z\nn = 9007199254740993\nf = nan\ns = ''''x' # no''''\nb = "\\"] # no"\nmodel = "m"\n\n${TABLE}\n`,
  ],
];

for (const [name, before, after] of CHANGES) {
  Deno.test(`TOML_FORMAT changes its own settings alone: ${name}`, () => {
    assert.equal(changed(before), after);
    assert.equal(changed(after), after);
  });
}

/** A text that is refused, and why. */
const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  [`a = `, /not valid TOML, at line 1/],
  [`a = 1\na = 2\n`, /not valid TOML/],
  [`[t]\n[t]\n`, /not valid TOML/],
  [`model = "a\nb"\n`, /not valid TOML/],
  [`p = 1\n`, /form that Pollux does not change/],
  [`p = { pollux = { url = "x" } }\n`, /"p.pollux.url" in a form that Pollux does not change/],
  [`[p]\npollux = {}\n`, /form that Pollux does not change/],
  [`[[p]]\nx = 1\n`, /"p" is a list/],
];

for (const [text, why] of REFUSED) {
  Deno.test(`TOML_FORMAT refuses ${text.replaceAll("\n", " ")}`, () => {
    assert.throws(() => changed(text), (error) => {
      assert.ok(error instanceof NotUnderstood, String(error));
      assert.match(error.message, why);
      return true;
    });
  });
}

Deno.test("TOML_FORMAT takes back a setting and its table, but no comment", () => {
  const settings = SETTINGS.map(({ path }) => ({ path, raw: undefined, kept: 0 }));
  const undone = (text: string) => withRawSettings(text, { format: TOML_FORMAT, settings });
  assert.equal(undone(`a = 1\nmodel = "m"\n\n${TABLE}\n\n[t]\nx = 1\n`), `a = 1\n\n\n[t]\nx = 1\n`);
  assert.equal(undone(`model = "m" # mine\n`), `# mine\n`);
  assert.equal(undone(`[p.pollux]\nurl = 1\n# mine\n[t]\n`), `# mine\n[t]\n`);
  assert.equal(undone(`${changed(`[t]\n`)}# mine\n`), `\n[t]\n\n# mine\n`);
  assert.equal(undone(`[p.pollux]\nurl = 1\nx = 2\n`), `[p.pollux]\nx = 2\n`);
});
