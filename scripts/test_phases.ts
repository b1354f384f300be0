/**
 * The phases in which the tests run, and the files of each.
 *
 * @module
 */
import { relative, resolve, sep } from "node:path";

/** Files that one `deno test` runs. */
export interface TestPhase {
  readonly name: string;
  /** The arguments of `deno test` beside the files. */
  readonly flags: readonly string[];
  /** How many files run at a time, unless `DENO_JOBS` is set; undefined: one. */
  readonly jobs?: number;
  /** Paths of files, as `deno test` takes them. */
  readonly files: readonly string[];
}

/** Tests that run whole programs, each of which keeps a core busy. */
const PROGRAMS = ["tests/conformance/", "tests/e2e/"];

/** Tests that need a machine for themselves: they measure times and memory under load. */
const ALONE = ["tests/chaos/", "tests/e2e/body_memory_test.ts"];

/** Unit tests wait for much of their time: for limits, back-offs and files. */
const UNIT_TESTS_A_CORE = 2;

/** The permissions of all tests; V8 exposes `gc` for tests that call it. */
const ALL = ["--allow-all", "--v8-flags=--expose-gc"];

/** Flags of `deno test` whose value is the next argument. */
const TAKES_VALUE = new Set(["--filter"]);

/**
 * The phases of a run; phases without files are left out.
 *
 * @param args Flags of `deno test`, and the files and folders to test; without any, all of them.
 * @param root The repository.
 */
export async function phasesOf(args: readonly string[], root: string): Promise<TestPhase[]> {
  const { flags, paths } = readArguments(args);
  const asked = paths.length === 0 ? ["tests", "src"] : paths;
  const tests: string[] = [];
  const sources: string[] = [];
  for (const path of asked) {
    const isSource = placeOf(path, root).startsWith("src/");
    for await (const file of filesIn(path, { root, isWanted: isSource ? isScript : isTest })) {
      (isSource ? sources : tests).push(file);
    }
  }
  const cores = navigator.hardwareConcurrency;
  const isIn = (folders: readonly string[]) => (file: string) =>
    folders.some((folder) => placeOf(file, root).startsWith(folder));
  const isAlone = isIn(ALONE);
  const isProgram = isIn(PROGRAMS);
  const phases = [
    {
      name: "unit",
      flags: ["--parallel", ...ALL, ...flags],
      jobs: UNIT_TESTS_A_CORE * cores,
      files: tests.filter((file) => !isAlone(file) && !isProgram(file)),
    },
    {
      name: "programs",
      flags: ["--parallel", ...ALL, ...flags],
      jobs: cores,
      files: tests.filter((file) => !isAlone(file) && isProgram(file)),
    },
    { name: "alone", flags: [...ALL, ...flags], files: tests.filter(isAlone) },
    // An example of a pure function needs no permission.
    { name: "examples", flags: ["--doc", ...flags], files: await withExample(sources, root) },
  ];
  return phases.filter(({ files }) => files.length > 0);
}

function readArguments(args: readonly string[]) {
  const flags: string[] = [];
  const paths: string[] = [];
  args.forEach((arg, at) => {
    const isValue = TAKES_VALUE.has(args[at - 1] ?? "");
    (isValue || arg.startsWith("-") ? flags : paths).push(arg);
  });
  return { flags, paths };
}

/** A path within the repository, with slashes; a folder ends with one. */
function placeOf(path: string, root: string): string {
  return `${relative(root, resolve(root, path)).split(sep).join("/")}/`;
}

/** Returns a file itself, whatever its name; of a folder, the matching files. */
async function* filesIn(
  path: string,
  so: { readonly root: string; readonly isWanted: (name: string) => boolean },
): AsyncGenerator<string> {
  const info = await Deno.stat(resolve(so.root, path)).catch(() => undefined);
  // `deno test` reports a path that does not exist.
  if (info?.isDirectory !== true) return yield path;
  const folder = path.replace(/[/\\]+$/, "");
  const entries = await Array.fromAsync(Deno.readDir(resolve(so.root, path)));
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`, so);
    else if (so.isWanted(name)) yield `${folder}/${name}`;
  }
}

function isTest(name: string): boolean {
  return /_test\.ts$/.test(name);
}

function isScript(name: string): boolean {
  return name.endsWith(".ts");
}

/** The files that contain an example. */
async function withExample(files: readonly string[], root: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(resolve(root, file));
    if (/^ *\* @example\b/m.test(text)) found.push(file);
  }
  return found;
}
