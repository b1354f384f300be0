/**
 * A release, made with a compiler that only pretends: what it is asked for, and what lies there in the
 * end. The real one makes this machine's executable in `.ci/run`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import manifest from "../../../deno.json" with { type: "json" };
import { COMPILE_FLAGS } from "../../../scripts/build/compile_bundle.ts";
import { makeRelease, type ReleaseOptions } from "../../../scripts/build/make_release.ts";
import { findTarget, TARGETS } from "../../../scripts/build/targets.ts";
import { RUN_FLAGS } from "../../../scripts/run_flags.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { programHead } from "./program_head.ts";

const VERSION = manifest.version;

/** A folder for a release, and a compiler that copies `HEADS/TRIPLE` to its output. */
interface Workshop extends Disposable {
  readonly path: string;
  readonly output: string;
  readonly options: ReleaseOptions;
  /** What the compiler was called with, one line for each call. */
  calls(): Promise<string[]>;
  files(): string[];
}

async function openWorkshop(): Promise<Workshop> {
  const folder = tempFolder();
  const { path } = folder;
  for (const name of ["release", "heads"]) await Deno.mkdir(`${path}/${name}`);
  for (const { name, triple } of TARGETS) {
    await Deno.writeFile(`${path}/heads/${triple}`, programHead(name));
  }
  await Deno.writeTextFile(`${path}/pollux.js.map`, '{"version":3,"sources":["../main.ts"]}');
  await Deno.writeTextFile(
    `${path}/compiler`,
    [
      "#!/bin/sh",
      '[ "$1" = --version ] && { echo "deno 2.9.6 (stable)"; exit; }',
      `echo "$*" >>"${path}/calls"`,
      "for arg; do case $arg in",
      "  --target=*) target=${arg#*=} ;;",
      "  --output=*) output=${arg#*=} ;;",
      "esac; done",
      `cp "${path}/heads/$target" "$output"`,
    ].join("\n"),
    { mode: 0o755 },
  );
  return {
    path,
    output: `${path}/release`,
    options: {
      bundle: `${path}/pollux.js`,
      targets: TARGETS,
      toolchain: { compiler: `${path}/compiler` },
    },
    async calls() {
      return (await Deno.readTextFile(`${path}/calls`)).trimEnd().split("\n");
    },
    files() {
      return [...Deno.readDirSync(`${path}/release`)].map(({ name }) => name).toSorted();
    },
    [Symbol.dispose]() {
      folder[Symbol.dispose]();
    },
  };
}

Deno.test("makeRelease() makes every target, a bill, a source map, the installer and their sums", async () => {
  using shop = await openWorkshop();
  await makeRelease(shop.output, shop.options);
  const files = [
    "install.sh",
    `pollux-${VERSION}-linux-arm64`,
    `pollux-${VERSION}-linux-x64`,
    `pollux-${VERSION}-macos-arm64`,
    `pollux-${VERSION}-macos-x64`,
    `pollux-${VERSION}-windows-x64.exe`,
    `pollux-${VERSION}.cdx.json`,
    `pollux-${VERSION}.js.map`,
  ];
  assert.deepEqual(shop.files(), ["SHA256SUMS", ...files]);
  const sums = files.map((name) => {
    const sum = createHash("sha256").update(Deno.readFileSync(`${shop.output}/${name}`));
    return `${sum.digest("hex")}  ${name}\n`;
  });
  assert.equal(await Deno.readTextFile(`${shop.output}/SHA256SUMS`), sums.join(""));

  const bill = JSON.parse(await Deno.readTextFile(`${shop.output}/pollux-${VERSION}.cdx.json`));
  const names = bill.components.map(({ name }: { readonly name: string }) => name).toSorted();
  assert.ok(names.includes("deno") && names.includes("zod"), names.join());
  assert.ok(!names.includes("fast-check") && !names.includes("pure-rand"), names.join());
});

Deno.test("makeRelease() gives the same bytes again", async () => {
  const sums: string[] = [];
  for (let run = 0; run < 2; run++) {
    using shop = await openWorkshop();
    await makeRelease(shop.output, shop.options);
    sums.push(await Deno.readTextFile(`${shop.output}/SHA256SUMS`));
  }
  assert.equal(sums[0], sums[1]);
});

Deno.test("makeRelease() compiles with the flags of the tasks, and with none that allows more", async () => {
  using shop = await openWorkshop();
  await makeRelease(shop.output, shop.options);
  const flags =
    "--quiet --no-check --no-lock --no-prompt --no-code-cache --allow-net --allow-env " +
    "--allow-read --allow-write --deny-import --v8-flags=--max-semi-space-size=4,--heap-growing-percent=20";
  assert.equal(COMPILE_FLAGS.join(" "), flags);
  assert.deepEqual(
    await shop.calls(),
    TARGETS.map(({ name, triple, extension }) =>
      `compile ${flags} --target=${triple} ` +
      `--output=${shop.output}/pollux-${VERSION}-${name}${extension} ${shop.path}/pollux.js`
    ),
  );
  const { start, demo, pollux } = manifest.tasks;
  for (const task of [start, demo, pollux]) {
    assert.deepEqual(task.split(" ").filter((word) => word.startsWith("--")), RUN_FLAGS);
  }
});

Deno.test("makeRelease() refuses a base runtime for another target before it compiles", async () => {
  using shop = await openWorkshop();
  const base = `${shop.path}/heads/x86_64-unknown-linux-gnu`;
  const toolchain = { ...shop.options.toolchain, base };
  await assert.rejects(
    makeRelease(shop.output, { ...shop.options, toolchain }),
    /^Error: Cannot make Pollux for linux-arm64: DENORT_BIN \(".*"\) is the base runtime for linux-x64\. Unset it/,
  );
  await assert.rejects(shop.calls(), Deno.errors.NotFound);
  assert.deepEqual(shop.files(), []);

  await makeRelease(shop.output, {
    ...shop.options,
    toolchain,
    targets: [findTarget("linux-x64")],
  });
  assert.ok(shop.files().includes(`pollux-${VERSION}-linux-x64`));
});

Deno.test("makeRelease() says which target it cannot make, and leaves no sums", async () => {
  using shop = await openWorkshop();
  await Deno.remove(`${shop.path}/heads/x86_64-apple-darwin`);
  await assert.rejects(
    makeRelease(shop.output, shop.options),
    /^Error: Cannot make Pollux for macos-x64: see above\. If its base runtime \(denort\) cannot be downloaded, set DENORT_BIN/,
  );
  assert.ok(!shop.files().includes("SHA256SUMS"));
});

Deno.test("makeRelease() removes a program that turned out to be for another machine", async () => {
  using shop = await openWorkshop();
  await Deno.writeFile(`${shop.path}/heads/aarch64-apple-darwin`, programHead("linux-x64"));
  await assert.rejects(
    makeRelease(shop.output, { ...shop.options, targets: [findTarget("macos-arm64")] }),
    /Cannot make Pollux for macos-arm64: the compiler made one for linux-x64/,
  );
  assert.deepEqual(shop.files(), []);
});

Deno.test("makeRelease() puts the base URL into the installer, and takes none that a shell could run", async () => {
  using shop = await openWorkshop();
  const baseUrl = "https://example.com/owner/pollux/releases/download/v1.0.0";
  await makeRelease(shop.output, { ...shop.options, baseUrl });
  const script = await Deno.readTextFile(`${shop.output}/install.sh`);
  assert.match(
    script,
    /^default_base_url=https:\/\/example\.com\/owner\/pollux\/releases\/download\/v1\.0\.0$/m,
  );
  for (
    const bad of [
      "http://example.com/",
      "https://example.com/$(id)",
      "https://example.com/;id",
      "x",
    ]
  ) {
    await assert.rejects(
      makeRelease(shop.output, { ...shop.options, baseUrl: bad }),
      /as --base-url: it has to be a plain https:\/\/ address/,
    );
  }
});
