/**
 * `deno task compile`: makes `dist/pollux`, one executable for this machine, with the flags of the
 * `pollux` task baked in: it may do what that task may do, and nothing else. The environment may name
 * the Deno that compiles (`COMPILE_DENO`, else the one that runs this) and a base runtime of the same
 * version (`DENORT_BIN`, else Deno downloads it).
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { RUN_FLAGS } from "./run_flags.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where the bundle lies between the two steps. */
const BUNDLE = "dist/pollux.js";

async function main(): Promise<number> {
  const output = Deno.build.os === "windows" ? "dist/pollux.exe" : "dist/pollux";
  const compiler = Deno.env.get("COMPILE_DENO") || Deno.execPath();

  // One file starts faster than the hundreds that it is made of. The packages' checksums are verified
  // here, against the lock file; the compiler is kept from that, because it would embed every package
  // that is named there, the tests' too.
  const bundled = await run(Deno.execPath(), [
    "bundle",
    "--quiet",
    "--frozen",
    "--platform=deno",
    `--output=${BUNDLE}`,
    "main.ts",
  ]);
  if (!bundled) return fail("Cannot bundle Pollux: see above");

  const compiled = await run(compiler, [
    "compile",
    "--quiet",
    "--no-check",
    "--no-lock",
    "--no-prompt",
    ...RUN_FLAGS,
    `--output=${output}`,
    BUNDLE,
  ]);
  await Deno.remove(`${ROOT}/${BUNDLE}`);
  if (!compiled) {
    return fail(
      Deno.env.has("DENORT_BIN")
        ? `Cannot compile with "${compiler}": see above. DENORT_BIN must name a denort of the same version as that Deno`
        : "Cannot compile: see above. When the base runtime (denort) cannot be downloaded, set DENORT_BIN to a local denort, and COMPILE_DENO to a Deno of the same version",
    );
  }
  const { size } = await Deno.stat(`${ROOT}/${output}`);
  console.log(`${output}, ${(size / 2 ** 20).toFixed(1)} MiB`);
  return 0;
}

async function run(program: string, args: readonly string[]): Promise<boolean> {
  try {
    const child = new Deno.Command(program, { args: [...args], cwd: ROOT, stdin: "null" }).spawn();
    return (await child.status).success;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`Cannot start "${program}": there is no such program`);
    return false;
  }
}

function fail(message: string): number {
  console.error(message);
  return 1;
}

Deno.exit(await main());
