import assert from "node:assert/strict";
import { join } from "node:path";
import { writePrivateFile } from "../../src/store/private_file.ts";
import { tempFolder } from "./temp_folder.ts";

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("writePrivateFile() replaces a file, whatever its mode, and what a dead process left", () => {
  using folder = tempFolder();
  const path = join(folder.path, "file");
  Deno.writeTextFileSync(path, "former", { mode: 0o644 });
  Deno.writeTextFileSync(`${path}.part`, "half of something longer", { mode: 0o644 });
  writePrivateFile(path, new TextEncoder().encode("new"));
  assert.equal(Deno.readTextFileSync(path), "new");
  if (Deno.build.os !== "windows") assert.equal(modeOf(path), 0o600);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["file"]);
});

Deno.test("writePrivateFile() does not write through a link that somebody put in its way", () => {
  using folder = tempFolder();
  const path = join(folder.path, "file");
  const target = join(folder.path, "target");
  Deno.writeTextFileSync(target, "another's");
  Deno.symlinkSync(target, `${path}.part`);
  writePrivateFile(path, new TextEncoder().encode("new"));
  assert.equal(Deno.readTextFileSync(target), "another's");
  assert.equal(Deno.lstatSync(path).isSymlink, false);
});

Deno.test("writePrivateFile() says what it cannot write, and why", () => {
  using folder = tempFolder();
  const path = join(folder.path, "no such folder", "file");
  assert.throws(() => writePrivateFile(path, new Uint8Array(1)), (error: Error) => {
    assert.equal(error.name, "StoreError");
    assert.ok(error.message.startsWith(`Cannot write "${path}": `), error.message);
    return true;
  });
});
