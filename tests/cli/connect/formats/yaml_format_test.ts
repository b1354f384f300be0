import assert from "node:assert/strict";
import {
  withRawSettings,
  withSettings,
} from "../../../../src/cli/connect/formats/change_settings.ts";
import { NotUnderstood } from "../../../../src/cli/connect/formats/settings_format.ts";
import { YAML_FORMAT } from "../../../../src/cli/connect/formats/yaml_format.ts";
import { spentMs } from "../../../support/spent_ms.ts";

const SETTINGS = [{ path: ["model"], value: "m" }, { path: ["api-key"], value: 'a"b' }];

function changed(text: string): string {
  return withSettings(text, { format: YAML_FORMAT, settings: SETTINGS });
}

/** A text, and what it becomes. */
const CHANGES: readonly (readonly [name: string, before: string, after: string])[] = [
  ["an empty file", "", `model: "m"\napi-key: "a\\"b"\n`],
  ["a comment", "# mine\n", `# mine\nmodel: "m"\napi-key: "a\\"b"\n`],
  [
    "other settings, and comments",
    `# top\nread: [a,  b]   # list\n\ndark: yes\n`,
    `# top\nread: [a,  b]   # list\n\ndark: yes\nmodel: "m"\napi-key: "a\\"b"\n`,
  ],
  ["no line end at the end", "a: 1", `a: 1\nmodel: "m"\napi-key: "a\\"b"`],
  [
    "the same names with other values",
    `model: 'old'   # why\napi-key:\nz: |\n  model: no\n`,
    `model: "m"   # why\napi-key: "a\\"b"\nz: |\n  model: no\n`,
  ],
  ["carriage returns", "a: 1\r\n", `a: 1\r\nmodel: "m"\r\napi-key: "a\\"b"\r\n`],
  ["an indent at the root", "  a: 1\n", `  a: 1\n  model: "m"\n  api-key: "a\\"b"\n`],
  ["a mark of the document", "---\na: 1\n", `---\na: 1\nmodel: "m"\napi-key: "a\\"b"\n`],
  [
    "a text of several lines at the end",
    "a: |+\n  x\n\n",
    `a: |+\n  x\n\nmodel: "m"\napi-key: "a\\"b"\n`,
  ],
];

for (const [name, before, after] of CHANGES) {
  Deno.test(`YAML_FORMAT changes its own settings alone: ${name}`, () => {
    assert.equal(changed(before), after);
    assert.equal(changed(after), after);
  });
}

/** A text that is refused, and why. */
const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  ["a: [", /not valid YAML, at line 1/],
  ["a: 1\na: 2\n", /not valid YAML/],
  ["- a\n", /not a map/],
  ["text\n", /not a map/],
  ["{a: 1}\n", /in braces/],
  ["a: 1\n---\nb: 2\n", /several documents/],
  ["model: &m x\nother: *m\n", /form that Pollux does not change/],
  ["a: 1\n...\n", /form that Pollux does not change/],
];

for (const [text, why] of REFUSED) {
  Deno.test(`YAML_FORMAT refuses ${text.replaceAll("\n", " ")}`, () => {
    assert.throws(() => changed(text), (error) => {
      assert.ok(error instanceof NotUnderstood, String(error));
      assert.match(error.message, why);
      return true;
    });
  });
}

Deno.test("YAML_FORMAT takes back a setting, but no comment", () => {
  const settings = SETTINGS.map(({ path }) => ({ path, raw: undefined, kept: 0 }));
  const undone = (text: string) => withRawSettings(text, { format: YAML_FORMAT, settings });
  assert.equal(undone(changed("# top\na: 1\n")), "# top\na: 1\n");
  assert.equal(undone(`model: "m" # mine\na: 1\n`), "# mine\na: 1\n");
  assert.equal(undone(`a: 1\nmodel: |\n  x\n  y\nb: 2\n`), "a: 1\nb: 2\n");
});

Deno.test("YAML_FORMAT reads a long map in a time like that of a long list", () => {
  const lines = (lead: string) =>
    Array.from({ length: 10_000 }, (_, nth) => `${lead}${nth}: 1\n`).join("");
  const timeOf = (text: string) => {
    const start = spentMs();
    YAML_FORMAT.parse(text);
    return spentMs() - start;
  };
  timeOf(lines("a").slice(0, 1000));
  const list = timeOf(`a:\n${lines("- a")}`);
  const map = timeOf(lines("a"));
  assert.ok(map < 3 * list, `${map.toFixed(0)} ms, and ${list.toFixed(0)} ms for the list`);
});

Deno.test("YAML_FORMAT refuses a name that is twice in any map, and takes it in two maps", () => {
  for (const text of ["a: 1\n'a': 2\n", "b:\n  - {a: 1, a: 2}\n", "? a: 1\n  a: 2\n: b\n"]) {
    assert.throws(() => YAML_FORMAT.parse(text), /not valid YAML, at line [12]$/);
  }
  assert.deepEqual(YAML_FORMAT.parse("a: {a: 1}\nb: {a: 2}\n"), { a: { a: 1 }, b: { a: 2 } });
});
