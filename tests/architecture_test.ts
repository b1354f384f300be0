/**
 * The repository keeps to its own layout, and the checker that says so can say no.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  findFileFaults,
  findImportCycles,
  findLayerFaults,
  type ImportGraph,
  MAX_LINES,
  readImportGraph,
  readSourceFiles,
} from "./architecture.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

function graphOf(imports: Record<string, string[]>): ImportGraph {
  return new Map(Object.entries(imports));
}

Deno.test("Imports run one way and without cycles", async () => {
  const files = await readSourceFiles(ROOT);
  const graph = await readImportGraph(ROOT, files.map((file) => file.path));
  assert.deepEqual([...findLayerFaults(graph), ...findImportCycles(graph)], []);
});

Deno.test("Source files are short and open with a doc comment", async () => {
  assert.deepEqual(findFileFaults(await readSourceFiles(ROOT)), []);
});

Deno.test("findLayerFaults() accepts imports that run down and within a layer", () => {
  const graph = graphOf({
    "main.ts": ["src/cli/main.ts"],
    "src/cli/main.ts": ["src/server/app.ts", "src/store/kv.ts", "src/emulator/emulator.ts"],
    "src/server/app.ts": ["src/pool/pool.ts", "src/gemini/sse.ts", "src/server/access/auth.ts"],
    "src/upstream/code_assist/code_assist.ts": ["src/accounts/account.ts"],
    "src/store/kv.ts": ["src/store/seal.ts", "src/base/json.ts"],
    "src/daemon/run.ts": ["src/server/app.ts", "src/store/kv.ts"],
  });
  assert.deepEqual(findLayerFaults(graph), []);
});

const FORBIDDEN: readonly (readonly [from: string, to: string])[] = [
  ["src/gemini/sse.ts", "src/pool/pool.ts"],
  ["src/pool/pool.ts", "src/upstream/upstream.ts"],
  ["src/upstream/upstream.ts", "src/server/app.ts"],
  ["src/accounts/account.ts", "src/server/app.ts"],
  ["src/server/app.ts", "src/daemon/listen.ts"],
  ["src/daemon/listen.ts", "src/cli/serve.ts"],
  ["src/accounts/token.ts", "src/upstream/fault.ts"],
  ["src/signatures/record.ts", "src/pool/pool.ts"],
  ["src/base/json.ts", "src/gemini/sse.ts"],
  ["src/server/app.ts", "src/store/kv.ts"],
  ["src/server/app.ts", "src/config/config.ts"],
  ["src/pool/pool.ts", "src/telemetry/log.ts"],
  ["src/store/kv.ts", "src/accounts/account.ts"],
  ["src/config/config.ts", "src/gemini/model.ts"],
  ["src/emulator/emulator.ts", "src/gemini/sse.ts"],
  ["src/cli/serve/serve.ts", "main.ts"],
  ["src/cli/serve/serve.ts", "tests/support.ts"],
];

for (const [from, to] of FORBIDDEN) {
  Deno.test(`findLayerFaults() reports ${from} when it imports ${to}`, () => {
    assert.deepEqual(
      findLayerFaults(graphOf({ [from]: [to] })),
      [`${from} imports ${to}, against the layers`],
    );
  });
}

Deno.test("findLayerFaults() reports a file that belongs to no layer", () => {
  assert.deepEqual(
    findLayerFaults(graphOf({ "src/misc/helpers.ts": [], "src/loose.ts": [] })),
    ["src/misc/helpers.ts belongs to no layer", "src/loose.ts belongs to no layer"],
  );
});

Deno.test("findImportCycles() names the files of a cycle once", () => {
  const graph = graphOf({
    "main.ts": ["a.ts", "b.ts"],
    "a.ts": ["b.ts"],
    "b.ts": ["c.ts"],
    "c.ts": ["a.ts"],
  });
  assert.deepEqual(findImportCycles(graph), ["Import cycle: a.ts → b.ts → c.ts → a.ts"]);
});

Deno.test("findImportCycles() accepts a file that is reached on two ways", () => {
  const graph = graphOf({ "main.ts": ["a.ts", "b.ts"], "a.ts": ["c.ts"], "b.ts": ["c.ts"] });
  assert.deepEqual(findImportCycles(graph), []);
});

Deno.test("findFileFaults() reports long files and missing doc comments", () => {
  const header = "/**\n * What it owns.\n *\n * @module\n */\n";
  const faults = findFileFaults([
    { path: "good.ts", text: `${header}export {};\n` },
    { path: "long.ts", text: header + "export {};\n".repeat(MAX_LINES) },
    { path: "bare.ts", text: "export {};\n" },
  ]);
  assert.deepEqual(faults, [
    `long.ts has ${MAX_LINES + 5} lines, more than ${MAX_LINES}`,
    "bare.ts does not open with a doc comment that has @module",
  ]);
});

Deno.test("readImportGraph() sees static, type-only, side-effect and dynamic imports", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/src/gemini`, { recursive: true });
    await Deno.writeTextFile(`${root}/deno.json`, "{}");
    await Deno.writeTextFile(
      `${root}/main.ts`,
      `import { a } from "./src/gemini/a.ts"; import type { B } from "./src/gemini/b.ts";
       import "./src/gemini/c.ts"; // import "./src/gemini/e.ts";
       const d = await import("./src/gemini/d.ts"); export const b: B = [a, d];`,
    );
    for (const name of ["a", "b", "c", "d", "e"]) {
      await Deno.writeTextFile(`${root}/src/gemini/${name}.ts`, "export {};");
    }
    const files = await readSourceFiles(root);
    const graph = await readImportGraph(root, files.map((file) => file.path));
    assert.deepEqual(
      graph.get("main.ts")?.toSorted(),
      ["a", "b", "c", "d"].map((name) => `src/gemini/${name}.ts`),
    );
    assert.deepEqual(graph.get("src/gemini/e.ts"), []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
