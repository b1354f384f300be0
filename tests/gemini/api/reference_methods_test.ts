/** Every method of Google's reference is served, or docs/methods.md says why not. @module */
import assert from "node:assert/strict";
import { matchMethod } from "../../../src/gemini/api/method_match.ts";
import { parseNativePath } from "../../../src/gemini/api/native_path.ts";
import { REFERENCE_METHODS } from "./reference_methods.ts";

const DOCUMENT = new URL("../../../docs/methods.md", import.meta.url);

/** The names in the first column of the table of what is not served. */
async function notServed(): Promise<readonly string[]> {
  const [, section = ""] = (await Deno.readTextFile(DOCUMENT)).split("\n## Not served\n");
  const [table = ""] = section.split("\n## ");
  const cells = [...table.matchAll(/^\| ([^|]+) \| [^|]+[^\s|] *\|$/gm)].map(([, cell = ""]) =>
    cell
  );
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

/** The method of the table that a request calls; undefined if none. */
function served(request: string): string | undefined {
  const [verb = "", path = ""] = request.split(" ");
  const match = matchMethod(verb, parseNativePath(path.startsWith("/") ? path : `/v1beta/${path}`));
  return match.type === "method" ? match.method : undefined;
}

Deno.test("Every method of Google's reference is a row of the table, or named as not served", async () => {
  const excused = new Set(await notServed());
  for (const [name, request] of REFERENCE_METHODS) {
    const method = served(request);
    if (excused.delete(name)) assert.equal(method, undefined, `"${name}" is served`);
    // The methods that a model's path names have no collection in the table.
    else assert.ok(method === name || `models.${method}` === name, `${request} calls ${method}`);
  }
  assert.deepEqual([...excused], [], "These are no methods of the reference");
});
