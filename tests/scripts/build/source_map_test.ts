/** A source map that is published names no folder of the machine that made it. @module */
import assert from "node:assert/strict";
import { portableSourceMap } from "../../../scripts/build/source_map.ts";

Deno.test("portableSourceMap() keeps the map and names sources by package or by place in the repository", () => {
  const map = {
    version: 3,
    sources: [
      "../../../root/.cache/deno/npm/registry.example/@scope/name/1.0.0/dist/npm/a.js",
      "../src/cli/program.ts",
      "../main.ts",
    ],
    sourcesContent: ["a", "b", "c"],
    mappings: "AAAA",
    names: [],
  };
  assert.deepEqual(JSON.parse(portableSourceMap(JSON.stringify(map))), {
    ...map,
    sources: ["npm/@scope/name/1.0.0/dist/npm/a.js", "src/cli/program.ts", "main.ts"],
  });
});
