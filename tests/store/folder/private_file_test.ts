import assert from "node:assert/strict";
import { join } from "node:path";
import { openPrivateFolder } from "../../../src/store/folder/data_folder.ts";
import { writePrivateFile } from "../../../src/store/folder/private_file.ts";
import { reasonOf } from "../../../src/store/folder/reason_of.ts";
import { tempFolder } from "../../support/temp_folder.ts";

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

Deno.test("writePrivateFile() does not write through a link that another process put there", () => {
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

Deno.test("reasonOf() gives the system's words without its number and call", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["Permission denied (os error 13): mkdir '/x'", "permission denied"],
    ["Access is denied. (os error 5): open 'C:\\x (os error 1)'", "access is denied."],
    ["Not a directory (os error 20)", "not a directory"],
    ["The seal is broken", "The seal is broken"],
  ];
  for (const [message, words] of cases) assert.equal(reasonOf(new Error(message)), words);
});

Deno.test("openPrivateFolder() says in words why a folder cannot be made", () => {
  using folder = tempFolder();
  const file = join(folder.path, "file");
  Deno.writeTextFileSync(file, "");
  assert.throws(
    () => openPrivateFolder(join(file, "data")),
    /Cannot make the data folder ".*data": not a directory; choose another with --data-dir$/,
  );
});
