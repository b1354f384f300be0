/** Which programs belong to which machine. @module */
import assert from "node:assert/strict";
import { findTarget, targetOf, TARGETS } from "../../../scripts/build/targets.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { programHead } from "./program_head.ts";

Deno.test("TARGETS are Linux and macOS on two processors, and Windows on one", () => {
  assert.deepEqual(TARGETS.map(({ name, triple, extension }) => [name, triple, extension]), [
    ["linux-x64", "x86_64-unknown-linux-gnu", ""],
    ["linux-arm64", "aarch64-unknown-linux-gnu", ""],
    ["macos-x64", "x86_64-apple-darwin", ""],
    ["macos-arm64", "aarch64-apple-darwin", ""],
    ["windows-x64", "x86_64-pc-windows-msvc", ".exe"],
  ]);
});

Deno.test("findTarget() takes names and triples, and says which there are", () => {
  assert.equal(findTarget("macos-arm64").triple, "aarch64-apple-darwin");
  assert.equal(findTarget("x86_64-pc-windows-msvc").name, "windows-x64");
  assert.throws(
    () => findTarget("amiga"),
    /"amiga": the targets are linux-x64, linux-arm64, macos/,
  );
});

for (const { name } of TARGETS) {
  Deno.test(`targetOf() knows a program for ${name} by its first bytes`, async () => {
    using folder = tempFolder();
    await Deno.writeFile(`${folder.path}/program`, programHead(name));
    assert.equal((await targetOf(`${folder.path}/program`))?.name, name);
  });
}

Deno.test("targetOf() knows the program that runs this, and no other file", async () => {
  assert.equal(await targetOf(Deno.execPath()), findTarget(Deno.build.target));
  using folder = tempFolder();
  const others: readonly Uint8Array<ArrayBuffer>[] = [
    new Uint8Array(),
    new TextEncoder().encode("#!/bin/sh\n"),
    // A PE header that would lie beyond what was read.
    Uint8Array.of(0x4d, 0x5a, ...Array<number>(58).fill(0), 0xff, 0xff, 0xff, 0x7f),
  ];
  for (const bytes of others) {
    await Deno.writeFile(`${folder.path}/other`, bytes);
    assert.equal(await targetOf(`${folder.path}/other`), undefined);
  }
});
