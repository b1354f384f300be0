/**
 * Brings a KV Connect server onto this machine, into the repository's `.cache` folder: `denokv`, which
 * Deno's makers publish for those who run their own. It is compiled without optimisation, which takes a
 * third of the time and is fast enough to test against.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { runTool } from "../conformance/run_tool.ts";

const VERSION = "0.14.0";
const FOLDER = fileURLToPath(new URL(`../../.cache/denokv-${VERSION}`, import.meta.url));

/** Longest that the compiler may take, in ms: two busy cores need five minutes. */
const LIMIT_MS = 1_800_000;

/** The server's program, or why there is none. */
export type KvProgram =
  | { readonly path: string; readonly missing?: never }
  | { readonly path?: never; readonly missing: string };

/**
 * Installs what is not there yet.
 *
 * @returns Why there is none where cargo is missing or fails; what cargo said is printed.
 */
export async function prepareKvServer(): Promise<KvProgram> {
  const path = `${FOLDER}/bin/denokv`;
  await Deno.mkdir(FOLDER, { recursive: true });
  using lock = await Deno.open(`${FOLDER}/lock`, { create: true, write: true });
  await lock.lock(true);
  if ((await runTool(path, { args: ["--help"] })).success) return { path };
  if (!(await runTool("cargo", { args: ["--version"] })).success) {
    return { missing: "no cargo, to compile the KV Connect server with" };
  }
  console.log(`Compiling denokv ${VERSION} into .cache; it takes some minutes, once`);
  const target = `${FOLDER}/target`;
  const args = ["install", "denokv", "--version", VERSION, "--locked", "--debug"];
  const { success, stderr } = await runTool("cargo", {
    args: [...args, "--root", FOLDER, "--target-dir", target],
    env: { ...Deno.env.toObject(), CARGO_PROFILE_DEV_DEBUG: "0" },
    timeoutMs: LIMIT_MS,
  });
  if (!success) {
    const said = stderr.trim().split("\n").slice(-20).join("\n");
    console.error(said);
    const last = said.split("\n").at(-1);
    return { missing: `the KV Connect server cannot be compiled: cargo failed: ${last}` };
  }
  await Deno.remove(target, { recursive: true });
  return { path };
}

if (import.meta.main) {
  const { missing } = await prepareKvServer();
  if (missing !== undefined) throw new Error(missing);
}
