/**
 * Every link, anchor and path in a document leads somewhere, and a test runs every block.
 *
 * @module
 */
import assert from "node:assert/strict";
import { posix } from "node:path";
import { mayImport } from "../../architecture.ts";
import { type Document, DOCUMENTS, inlineCode, proseOf, ROOT } from "./documents.ts";
import { blocksFor, type Runner, runnerOf, shownBlocks } from "./shown_blocks.ts";

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: Document): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(document).matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Where a document's links lead, without those to other sites. */
function relativeLinks(document: Document): string[] {
  const prose = proseOf(document).replace(/`[^`]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target)
    .filter((target) => !/^https:\/\//.test(target));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(`${ROOT}/${path}`).then(() => true, () => false);
}

Deno.test("Every relative link and anchor leads somewhere", async () => {
  const faults: string[] = [];
  let count = 0;
  for (const document of DOCUMENTS) {
    for (const link of relativeLinks(document)) {
      count++;
      const [file = "", anchor] = link.split("#");
      const path = file === ""
        ? document.path
        : posix.join(posix.dirname(document.path), decodeURI(file));
      if (!await exists(path)) {
        faults.push(`${document.path} links to ${link}, which does not exist`);
        continue;
      }
      if (anchor === undefined) continue;
      const target = DOCUMENTS.find((document) => document.path === path);
      if (target === undefined || !anchorsOf(target).has(anchor)) {
        faults.push(`${document.path} links to ${link}, which has no such heading`);
      }
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(count >= 30, `Only ${count} links found`);
});

Deno.test("README leads to every other document", () => {
  const readme = DOCUMENTS.find(({ path }) => path === "README.md");
  assert.ok(readme !== undefined);
  const linked = new Set(relativeLinks(readme).map((link) => link.split("#")[0]));
  for (const { path } of DOCUMENTS) {
    assert.ok(path === "README.md" || linked.has(path), `README.md does not link to ${path}`);
  }
});

Deno.test("README has at most 150 lines", () => {
  const lines = DOCUMENTS.find(({ path }) => path === "README.md")?.text.trimEnd().split("\n");
  assert.ok(lines !== undefined && lines.length <= 150, `${lines?.length} lines`);
});

Deno.test("Every path of the repository that a document names exists", async () => {
  const faults: string[] = [];
  for (const document of DOCUMENTS) {
    // The changelog is about the past.
    if (document.path === "CHANGELOG.md") continue;
    for (const code of inlineCode(document)) {
      if (!/^(?:src|tests|scripts|docs|\.ci|\.github)\/[\w./-]*$/.test(code)) continue;
      if (!await exists(code)) faults.push(`${document.path} names ${code}`);
    }
  }
  assert.deepEqual(faults, []);
});

Deno.test("A test runs every block that a document shows", () => {
  for (const block of shownBlocks()) {
    assert.ok(runnerOf(block) !== undefined, `${block.path}, under "${block.section}"`);
  }
  const runners: readonly Runner[] = [
    ...["snippets", "commands", "sessions", "settings", "tasks", "nginx", "picture"] as const,
  ];
  for (const runner of runners) {
    assert.ok(blocksFor(runner).length > 0, `No block for "${runner}"`);
  }
});

Deno.test("Every picture is one that Mermaid draws", () => {
  for (const { path, text } of blocksFor("picture")) {
    assert.match(text, /^(?:flowchart (?:TD|LR)|sequenceDiagram)\n/, path);
  }
});

Deno.test("The picture of the layers has every folder, and arrows only where imports may run", () => {
  const picture = blocksFor("picture").find(({ section }) => section === "The layers");
  assert.ok(picture !== undefined);
  const arrows = [...picture.text.matchAll(/^ +(\w+)(?:\[[^\]]*\])? --> (\w+)$/gm)]
    .map(([, from = "", to = ""]) => [from === "main" ? "main.ts" : from, to] as const);
  assert.equal(arrows.length, picture.text.split("\n").length - 1);
  for (const [from, to] of arrows) {
    assert.ok(from !== to && mayImport(from, to), `${from} --> ${to}`);
  }
  const drawn = new Set(arrows.flat());
  for (const { name } of Deno.readDirSync(`${ROOT}/src`)) assert.ok(drawn.has(name), name);
});
