/** Which packages an executable holds, out of the lock file. @module */
import assert from "node:assert/strict";
import { importedPackages, pickPackages } from "../../../scripts/build/lock_file.ts";

const INTEGRITY = `sha512-${btoa("\x01".repeat(64))}`;
const LOCK = JSON.stringify({
  version: "5",
  npm: {
    "@scope/top@1.0.0_peer@3.0.0": { integrity: INTEGRITY, dependencies: ["low", "two@2.0.0"] },
    "low@0.1.0-rc.1": { integrity: INTEGRITY, dependencies: ["@scope/top"] },
    "two@1.0.0": { integrity: INTEGRITY },
    "two@2.0.0": { integrity: INTEGRITY },
    "weak@1.0.0": { integrity: "sha1-AAAA" },
    "broken@1.0.0": { integrity: INTEGRITY, dependencies: ["missing"] },
  },
});

Deno.test("pickPackages() follows dependencies, circular ones too, and takes nothing else", () => {
  const sha512 = "01".repeat(64);
  assert.deepEqual(pickPackages(LOCK, ["@scope/top@1.0.0_peer@3.0.0"]), [
    {
      id: "@scope/top@1.0.0_peer@3.0.0",
      name: "@scope/top",
      version: "1.0.0",
      sha512,
      needs: ["low@0.1.0-rc.1", "two@2.0.0"],
    },
    {
      id: "low@0.1.0-rc.1",
      name: "low",
      version: "0.1.0-rc.1",
      sha512,
      needs: ["@scope/top@1.0.0_peer@3.0.0"],
    },
    { id: "two@2.0.0", name: "two", version: "2.0.0", sha512, needs: [] },
  ]);
});

Deno.test("pickPackages() refuses a package that is not locked, and a weak checksum", () => {
  assert.throws(() => pickPackages(LOCK, ["other@1.0.0"]), /package "other@1\.0\.0" in deno\.lock/);
  assert.throws(() => pickPackages(LOCK, ["broken@1.0.0"]), /package "missing" in deno\.lock/);
  assert.throws(() => pickPackages(LOCK, ["weak@1.0.0"]), /"weak@1\.0\.0".* not SHA-512/);
});

Deno.test("importedPackages() names what Pollux imports, and nothing that only tests do", async () => {
  const names = (await importedPackages("main.ts")).map((id) => id.replace(/(?<=.)@.*$/, ""));
  assert.deepEqual(names, [
    "@logtape/logtape",
    "@opentelemetry/api",
    "@opentelemetry/core",
    "@opentelemetry/exporter-metrics-otlp-http",
    "@opentelemetry/exporter-metrics-otlp-proto",
    "@opentelemetry/otlp-exporter-base",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-metrics",
    "@peculiar/asn1-schema",
    "@peculiar/asn1-x509",
    "commander",
    "diff",
    "fast-xml-builder",
    "fastest-levenshtein",
    "hono",
    "jose",
    "jsonc-parser",
    "lru-cache",
    "ms",
    "oauth4webapi",
    "p-map",
    "smol-toml",
    "string-width",
    "uplot",
    "yaml",
    "zod",
  ]);
});
