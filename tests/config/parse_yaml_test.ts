/** YAML is read, and what is broken is told without being repeated. @module */
import assert from "node:assert/strict";
import { parseYaml } from "../../src/config/parse_yaml.ts";

Deno.test("parseYaml() gives the value of a document", () => {
  assert.deepEqual(parseYaml("a: {b: [1, x, off]}"), { a: { b: [1, "x", "off"] } });
  for (const empty of ["", "# nothing", "---"]) assert.equal(parseYaml(empty), null);
});

Deno.test("parseYaml() names the line of what is broken, and repeats none of it", () => {
  const broken: Readonly<Record<string, RegExp>> = {
    'auth:\n  api_key: "planted': /closing "quote at line 2, column 20$/,
    'auth:\n  api_key: "planted" more': /at line 2, column 22$/,
    "auth:\n  api_key: planted\n port: 1\n  x": /same column at line 3, column 1$/,
    "a: b: planted": /at line 1, column 4$/,
    "a:\n\tplanted: 1": /^Tabs are not allowed as indentation at line 2, column 1$/,
    "a: planted\na: 2": /unique at line 2, column 1$/,
    "--- planted\n--- b": /multiple documents/,
    "{a: planted": /at line 1, column 12$/,
  };
  for (const [text, words] of Object.entries(broken)) {
    assert.throws(() => parseYaml(text), (error) => {
      assert.ok(error instanceof SyntaxError);
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted|\n/);
      return true;
    }, text);
  }
});

Deno.test("parseYaml() refuses aliases that lead nowhere or multiply", () => {
  const line = (name: string, item: string) => `${name}: &${name} [${Array(10).fill(item)}]\n`;
  const bomb = line("a", "x") + line("b", "*a") + line("c", "*b");
  assert.throws(() => parseYaml("a: *b"), { name: "SyntaxError", message: /Unresolved alias/ });
  assert.throws(() => parseYaml(bomb), { name: "SyntaxError", message: /Excessive alias count/ });
});
