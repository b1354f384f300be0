/** The bill of materials says what is in an executable, and always in the same words. @module */
import assert from "node:assert/strict";
import { billOfMaterials, type Contents } from "../../../scripts/build/bill_of_materials.ts";

const CONTENTS: Contents = {
  version: "1.2.3",
  license: "MIT",
  denoVersion: "2.9.6",
  packages: [
    {
      id: "@a/b@1.0.0",
      name: "@a/b",
      version: "1.0.0",
      sha512: "ab".repeat(64),
      needs: ["c@2.0.0"],
    },
    { id: "c@2.0.0", name: "c", version: "2.0.0", sha512: "cd".repeat(64), needs: [] },
  ],
  imported: ["@a/b@1.0.0"],
};

Deno.test("billOfMaterials() names Pollux, Deno and each package with its checksum", () => {
  const bill = JSON.parse(billOfMaterials(CONTENTS));
  assert.equal(bill.bomFormat, "CycloneDX");
  assert.equal(bill.specVersion, "1.6");
  assert.deepEqual(bill.metadata, {
    component: {
      type: "application",
      name: "pollux",
      version: "1.2.3",
      "bom-ref": "pollux@1.2.3",
      licenses: [{ license: { id: "MIT" } }],
    },
  });
  const deno = "pkg:github/denoland/deno@v2.9.6";
  assert.deepEqual(
    new Set(bill.components),
    new Set([
      { ...library("@a/b", "1.0.0", "pkg:npm/%40a/b@1.0.0"), hashes: [sha512("ab")] },
      { ...library("c", "2.0.0", "pkg:npm/c@2.0.0"), hashes: [sha512("cd")] },
      {
        ...library("deno", "2.9.6", deno),
        type: "platform",
        licenses: [{ license: { id: "MIT" } }],
      },
    ]),
  );
  assert.deepEqual(
    new Map(
      bill.dependencies.map(({ ref, dependsOn }: Record<string, unknown>) => [ref, dependsOn]),
    ),
    new Map<string, unknown>([
      ["pollux@1.2.3", [deno, "pkg:npm/%40a/b@1.0.0"]],
      [deno, undefined],
      ["pkg:npm/%40a/b@1.0.0", ["pkg:npm/c@2.0.0"]],
      ["pkg:npm/c@2.0.0", undefined],
    ]),
  );
});

Deno.test("billOfMaterials() gives the same text for the same packages in any order", () => {
  const text = billOfMaterials(CONTENTS);
  assert.equal(
    billOfMaterials({ ...CONTENTS, packages: CONTENTS.packages.toReversed() }),
    text,
  );
  assert.doesNotMatch(text, /timestamp|serialNumber/);
});

Deno.test("billOfMaterials() refuses a dependency that is no package of it", () => {
  assert.throws(() => billOfMaterials({ ...CONTENTS, imported: ["d@1.0.0"] }), /not in the bill/);
});

function library(name: string, version: string, purl: string): Record<string, unknown> {
  return { type: "library", name, version, "bom-ref": purl, purl };
}

function sha512(byte: string): Record<string, string> {
  return { alg: "SHA-512", content: byte.repeat(64) };
}
