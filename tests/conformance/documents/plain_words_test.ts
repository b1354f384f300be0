/**
 * Messages and documents are in plain words: who does what, without inversions.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readSourceFiles } from "../../architecture.ts";
import { DOCUMENTS, proseOf, ROOT } from "./documents.ts";

/** Wording that a reader has to read twice, and what to write instead. */
const UNWANTED: readonly (readonly [wording: RegExp, instead: string])[] = [
  [
    /\b(?:is|are|was|were) no (?!longer\b)/i,
    '"is not a …", or "there is no …" without "is" in front',
  ],
  [/\bnobody is there\b/i, '"not a terminal, so cannot ask"'],
  [/\bwho(?:m|so)?ever\b/i, "name who it is"],
  [/\b(?:comes?|came) about\b/i, "say what makes it"],
  [/\bof its own accord\b/i, '"by itself", or say what causes it'],
  [/\bknows? (?:nothing|no\b)/i, '"does not know", "does not support"'],
  [/\bno such thing\b/i, "name the thing"],
  [/\bnot the default\b/i, '"differs from the default"'],
  [/\bthose that there are\b/i, '"all", or say which'],
  [/\bwith (?:no )?success\b/i, 'use the verb: "cannot …"'],
];

/** A text, and where it is. */
interface Text {
  readonly path: string;
  readonly text: string;
}

function faultsOf(texts: readonly Text[]): string[] {
  return texts.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line) => {
      const found = UNWANTED.find(([wording]) =>
        wording.test(line.replace(/there (?:is|are|was|were) no/gi, ""))
      );
      return found === undefined ? [] : [`${path}: ${line.trim()}; write ${found[1]}`];
    })
  );
}

/** A source file without its comments; the emulator speaks for Google. */
async function messages(): Promise<Text[]> {
  const files = await readSourceFiles(ROOT);
  return files.filter(({ path }) => !path.startsWith("src/emulator/")).map(({ path, text }) => ({
    path,
    text: text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ""),
  }));
}

Deno.test("Messages are in plain words", async () => {
  assert.deepEqual(faultsOf(await messages()), []);
});

Deno.test("Documents are in plain words", () => {
  const texts = DOCUMENTS.map((document) => ({ path: document.path, text: proseOf(document) }));
  assert.deepEqual(faultsOf(texts), []);
});

Deno.test("The check of words finds an inversion, and leaves a plain sentence", () => {
  const path = "a.ts";
  assert.equal(faultsOf([{ path, text: 'throw new Error("It is no JSON object")' }]).length, 1);
  assert.equal(faultsOf([{ path, text: '"Nobody is there to be asked"' }]).length, 1);
  assert.deepEqual(faultsOf([{ path, text: '"There is no account; it is no longer used"' }]), []);
});
