/** The demo's temporary folder. @module */
import assert from "node:assert/strict";
import { DemoFolder } from "../../../src/cli/demo/demo_folder.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";

testUnless(ON_WINDOWS, "DemoFolder is its owner's alone, and so are the files in it", () => {
  using folder = new DemoFolder();
  const file = folder.write("key.txt", "a key");
  assert.equal((Deno.statSync(folder.path).mode ?? 0) & 0o777, 0o700);
  assert.equal((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  assert.equal(Deno.readTextFileSync(file), "a key");
});

Deno.test("DemoFolder is gone when it is disposed of, and when the process ends without that", async () => {
  const folder = new DemoFolder();
  folder.write("key.txt", "a key");
  folder[Symbol.dispose]();
  assert.throws(() => Deno.statSync(folder.path), Deno.errors.NotFound);
  // Somebody else removed it.
  folder[Symbol.dispose]();

  const module = new URL("../../../src/cli/demo/demo_folder.ts", import.meta.url).href;
  const program = `const { DemoFolder } = await import("${module}");
    const folder = new DemoFolder();
    folder.write("key.txt", "a key");
    console.log(folder.path);
    Deno.exit(1);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", program] }).output();
  const path = new TextDecoder().decode(stdout).trim();
  assert.match(path, /pollux-demo-/);
  assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
});
