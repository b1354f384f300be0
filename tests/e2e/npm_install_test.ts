/** A clone in which a reader of README ran `npm install` for the snippets. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../support/temp_folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

Deno.test("deno task works in a clone that has a package.json and node_modules", async () => {
  using folder = tempFolder();
  for (const name of ["deno.json", "main.ts", "src"]) {
    Deno.symlinkSync(`${ROOT}${name}`, `${folder.path}/${name}`);
  }
  const lock = `${folder.path}/deno.lock`;
  Deno.copyFileSync(`${ROOT}deno.lock`, lock);
  const dependencies = { "@google/genai": "3.1.0" };
  Deno.writeTextFileSync(`${folder.path}/package.json`, JSON.stringify({ dependencies }));
  Deno.mkdirSync(`${folder.path}/node_modules/@google/genai`, { recursive: true });
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "pollux", "version"],
    cwd: folder.path,
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stdout), /^pollux \d/);
  // The reader's packages are not the gateway's: `git status` shows no change of the lock file.
  assert.equal(Deno.readTextFileSync(lock), Deno.readTextFileSync(`${ROOT}deno.lock`));
});
