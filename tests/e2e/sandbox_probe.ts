/**
 * A program that tries what Pollux must not be able to do, and prints one JSON object: what came of
 * each try. `tests/e2e/sandbox_test.ts` makes an executable of it, the way Pollux is made.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

/** A program, a file that could be a library, and the address of a module. */
const [program = "", library = "", module = ""] = Deno.args;

/** More than any system gives. */
const NO_PROCESS = 2 ** 31 - 1;

const TRIES: Readonly<Record<string, () => unknown>> = {
  "Deno.Command": () => new Deno.Command(program).outputSync(),
  "its own program": () => new Deno.Command(Deno.execPath()).outputSync(),
  "node:child_process": () => execFileSync(program),
  "Deno.kill": () => Deno.kill(NO_PROCESS, "SIGTERM"),
  "Deno.dlopen": () => Deno.dlopen(library, {}),
  "process.dlopen": () => process.dlopen({ exports: {} }, library),
  "a Node addon": () => createRequire(import.meta.url)(library),
  "a SQLite extension": () => loadExtension(),
  "a pointer": () => Deno.UnsafePointer.create(1n),
  "Deno.hostname": () => Deno.hostname(),
  "Deno.osRelease": () => Deno.osRelease(),
  "Deno.systemMemoryInfo": () => Deno.systemMemoryInfo(),
  "Deno.networkInterfaces": () => Deno.networkInterfaces(),
  "a module from the network": () => import(module),
};

function loadExtension(): void {
  using database = new DatabaseSync(":memory:", { allowExtension: true });
  database.loadExtension(library);
}

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(TRIES)) {
  try {
    await attempt();
    outcomes[name] = "done";
  } catch (error) {
    outcomes[name] = error instanceof Error ? `${error.name}: ${error.message}` : "no error";
  }
}
for (const name of ["run", "ffi", "sys", "import"] as const) {
  outcomes[`asking for ${name}`] = (await Deno.permissions.request({ name })).state;
}
console.log(JSON.stringify(outcomes));
