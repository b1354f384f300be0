/** YAML is read, and what is broken is told without being repeated. @module */
import assert from "node:assert/strict";
import { parseYaml, parseYamlDocument } from "../../../src/config/file/parse_yaml.ts";

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

Deno.test("parseYamlDocument() knows the line of every key and item", () => {
  const { value, lineOf } = parseYamlDocument(
    "# first\na:\n  b: 1\n\n  c:\n    - x\n    - y\nd: {e: 1,\n  f: [1,\n  2]}\n7: seven\n",
  );
  assert.deepEqual(value, { a: { b: 1, c: ["x", "y"] }, d: { e: 1, f: [1, 2] }, 7: "seven" });
  const lines: readonly (readonly [readonly (string | number)[], number])[] = [
    [["a"], 2],
    [["a", "b"], 3],
    [["a", "c", 1], 7],
    [["d", "e"], 8],
    [["d", "f", 1], 10],
    [["7"], 11],
  ];
  for (const [path, line] of lines) assert.equal(lineOf(path), line, path.join("."));
});

Deno.test("parseYamlDocument() gives the line of what is nearest to something that is not there", () => {
  const { lineOf } = parseYamlDocument("x: 1\na:\n  b: 1\n");
  assert.equal(lineOf(["a", "z"]), 2);
  assert.equal(lineOf(["a", "b", "c"]), 3);
  assert.equal(lineOf(["z"]), undefined);
  assert.equal(lineOf([]), undefined);
  assert.equal(parseYamlDocument("").lineOf(["a"]), undefined);
});

Deno.test("parseYamlDocument() refuses what parseYaml() refuses, in the same words", () => {
  const line = (name: string, item: string) => `${name}: &${name} [${Array(10).fill(item)}]\n`;
  const bomb = line("a", "x") + line("b", "*a") + line("c", "*b");
  for (const text of ['a: "planted', "a: 1\na: 2", "--- a\n--- b", "a: *b", bomb, "{a: planted"]) {
    const words = messageOf(() => parseYaml(text));
    assert.equal(messageOf(() => parseYamlDocument(text)), words);
    assert.doesNotMatch(words, /planted|\n/);
  }
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    return error.message;
  }
  return assert.fail("It was accepted");
}
