import assert from "node:assert/strict";
import {
  withRawSettings,
  withSettings,
} from "../../../../src/cli/connect/formats/change_settings.ts";
import { DOTENV_FORMAT } from "../../../../src/cli/connect/formats/dotenv_format.ts";
import { NotUnderstood } from "../../../../src/cli/connect/formats/settings_format.ts";

const SETTINGS = [{ path: ["URL"], value: "http://h" }, { path: ["KEY"], value: "a$b'#" }];

function changed(text: string): string {
  return withSettings(text, { format: DOTENV_FORMAT, settings: SETTINGS });
}

/** A text, and what it becomes. */
const CHANGES: readonly (readonly [name: string, before: string, after: string])[] = [
  ["an empty file", "", `URL=http://h\nKEY="a$b'#"\n`],
  ["a comment", "# URL=x\n", `# URL=x\nURL=http://h\nKEY="a$b'#"\n`],
  ["no line end at the end", "A=1", `A=1\nURL=http://h\nKEY="a$b'#"`],
  ["carriage returns", "A=1\r\n", `A=1\r\nURL=http://h\r\nKEY="a$b'#"\r\n`],
  [
    "the same names with other values",
    `export URL = 'x' # why\nKEY=\nB="two\nKEY=no\nlines"\nC=\`x\`\n`,
    `export URL = http://h # why\nKEY="a$b'#"\nB="two\nKEY=no\nlines"\nC=\`x\`\n`,
  ],
  ["lines that are no variables", "hello\n=x\n", `hello\n=x\nURL=http://h\nKEY="a$b'#"\n`],
];

for (const [name, before, after] of CHANGES) {
  Deno.test(`DOTENV_FORMAT changes its own variables alone: ${name}`, () => {
    assert.equal(changed(before), after);
    assert.equal(changed(after), after);
  });
}

Deno.test("DOTENV_FORMAT refuses a variable that is set twice, and what is no text", () => {
  for (const text of ["URL=1\nURL=2\n", "A=\0\n"]) {
    assert.throws(() => changed(text), NotUnderstood);
  }
});

Deno.test("DOTENV_FORMAT takes back a variable, but no comment", () => {
  const settings = SETTINGS.map(({ path }) => ({ path, raw: undefined, kept: 0 }));
  const undone = (text: string) => withRawSettings(text, { format: DOTENV_FORMAT, settings });
  assert.equal(undone(changed("A=1\n")), "A=1\n");
  assert.equal(undone("URL=x # mine\nA=1\n"), "# mine\nA=1\n");
  assert.equal(undone("A=1\nexport KEY='x\ny'\nB=2\n"), "A=1\nB=2\n");
});
