/**
 * The page's files fit together, load nothing from elsewhere, and stay small.
 *
 * @module
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { pageFile, pagePaths } from "../../src/ui/page_source.ts";
import { STYLES } from "../../src/ui/page_files.ts";
import { VIEWS } from "../../src/ui/views.ts";

const FOLDER = fileURLToPath(new URL("../../src/ui", import.meta.url)).replaceAll("\\", "/");

/** Most bytes of all files together, each compressed with gzip. */
const MOST_BYTES = 150_000;

/** The libraries that the page ships: their files are their authors'. */
const LIBRARIES = ["uplot.js"];

/** How a text could become markup or code, and what would load something from elsewhere. */
const FORBIDDEN =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\("style"|(?:from|import\(|fetch\(|EventSource\(|url\(|src=)\s*["'`]?(?:https?:)?\/\/|@import/;

function textOf(path: string): string {
  const file = pageFile(path);
  assert.ok(file, `"${path}" is not served`);
  return file.text;
}

function scripts(): readonly string[] {
  return pagePaths().filter((path) => path.endsWith(".js") && !LIBRARIES.includes(path));
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) paths.push(...await filesIn(`${folder}/${name}`, ending));
    else if (name.endsWith(ending)) paths.push(`${folder}/${name}`);
  }
  return paths;
}

Deno.test("The page has less than 150 kB, compressed", () => {
  const sum = pagePaths().reduce((sum, path) => sum + gzipSync(textOf(path)).length, 0);
  assert.ok(sum < MOST_BYTES, `The page has ${sum} bytes`);
});

Deno.test("Every module and every style of the page is served", async () => {
  const modules = await filesIn(`${FOLDER}/client`, ".js");
  const served = new Set(scripts());
  const paths = modules.map((path) => path.slice(`${FOLDER}/client/`.length));
  assert.deepEqual(paths.filter((path) => !served.has(path)), []);
  for (const path of await filesIn(`${FOLDER}/styles`, ".css")) {
    assert.ok(STYLES.includes(await Deno.readTextFile(path)), `${path} is not in page.css`);
  }
});

Deno.test("What a module of the page imports is served", () => {
  for (const path of scripts()) {
    for (const [, target = ""] of textOf(path).matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      textOf(new URL(target, `http://page/${path}`).pathname.slice(1));
    }
  }
  for (const { name } of VIEWS) textOf(`${name}/${name}.js`);
});

Deno.test("The page's icons exist", () => {
  const shell = textOf("");
  const known = new Set([...shell.matchAll(/<symbol id="i-([^"]+)"/g)].map(([, name]) => name));
  const used = [
    ...shell.matchAll(/href="#i-([^"]+)"/g),
    ...scripts().flatMap((path) => [...textOf(path).matchAll(/\bicon\("([^"]+)"\)/g)]),
  ].map(([, name]) => name);
  assert.deepEqual(used.filter((name) => !known.has(name)), []);
});

Deno.test("The page's document has no inline script and no inline style", () => {
  const shell = textOf("");
  assert.doesNotMatch(shell, /<style|\sstyle=|\son[a-z]+=/);
  for (const [tag] of shell.matchAll(/<script[^>]*>/g)) assert.match(tag, /src="\/ui\//);
});

/** Texts outside `client/texts`: a string that begins with a capital letter and is not a name of a client, a key or an event. */
const TEXT = /"[A-Z][a-z]+(?: [^"]*)?[.…]?"/g;

/** What only looks like one: names, and values of the browser. */
const NAMES = new Set(["Python", "JavaScript", "Go", "Claude Code", "Codex", "Enter", "Escape"]);

Deno.test("All texts of the page are in client/texts", async () => {
  const files = [...await filesIn(`${FOLDER}/client`, ".js"), ...await filesIn(FOLDER, ".tsx")];
  for (const path of files.filter((path) => !path.includes("/client/texts/"))) {
    const code = (await Deno.readTextFile(path)).replace(/\/\*[^]*?\*\/|\/\/.*$/gm, "")
      .replace(/`[^`]*`/g, "");
    const texts = (code.match(TEXT) ?? []).map((text) => text.slice(1, -1)).filter((text) =>
      !NAMES.has(text) && !text.startsWith("OpenAI for ")
    );
    assert.deepEqual(texts, [], path);
    // Words between the tags of the markup.
    if (path.endsWith(".tsx")) assert.doesNotMatch(code, /[a-z"]>\s*[A-Z][a-z]+[^<{=]*<\//, path);
  }
});

Deno.test("The page turns no text into markup or code, and loads nothing from elsewhere", () => {
  for (const path of [...scripts(), "page.css"]) {
    const code = textOf(path).replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    assert.doesNotMatch(code, FORBIDDEN, path);
  }
});

Deno.test("An unknown file of the page does not exist", () => {
  for (const path of ["../main.ts", "deno.json", "views.ts", "constructor", "__proto__"]) {
    assert.equal(pageFile(path), undefined);
  }
});

Deno.test("Each view has markup with a heading", () => {
  const shell = textOf("");
  for (const { name } of VIEWS) {
    const start = shell.indexOf(`id="view-${name}"`);
    assert.ok(start > 0, `No markup of "${name}"`);
    const end = shell.indexOf('<section class="view"', start);
    const markup = shell.slice(start, end < 0 ? undefined : end);
    assert.match(markup, /<h1 /);
  }
});
