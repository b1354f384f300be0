/**
 * The rules of the layout, as a checker: which layer may import which, no import cycles, short
 * files that open with a doc comment.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";

/** A source file: its path from the root of the repository, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Which files a file imports, types included; all paths from the root of the repository. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** TypeScript, and the JavaScript of the page. */
const SCRIPT = /\.(tsx?|js)$/;

/** A file may have this many lines. */
export const MAX_LINES = 350;

/** The layers from the bottom up: a folder imports those of the layers below and itself. */
const LAYERS: readonly (readonly string[])[] = [
  ["base"],
  ["gemini"],
  ["signatures", "pool", "formats", "keys", "usage"],
  ["accounts"],
  ["upstream"],
  ["server"],
  ["daemon"],
  ["cli"],
  ["main.ts"],
];

/** Folders that import `base` alone, and that only the layers from `daemon` up import. */
const LEAVES: readonly string[] = [
  "store",
  "config",
  "telemetry",
  "ui",
  "service",
  "emulator",
];

const LOWEST_LAYER_OVER_LEAVES = LAYERS.findIndex((layer) => layer.includes("daemon"));

/** Gives a sentence for every import that runs against the layers. */
export function findLayerFaults(graph: ImportGraph): string[] {
  const faults: string[] = [];
  for (const [importer, targets] of graph) {
    const from = folderOf(importer);
    if (rankOf(from) < 0 && !LEAVES.includes(from)) {
      faults.push(`${importer} belongs to no layer`);
    }
    for (const target of targets) {
      if (!mayImport(from, folderOf(target))) {
        faults.push(`${importer} imports ${target}, against the layers`);
      }
    }
  }
  return faults;
}

/** Gives a sentence for every import cycle found, as `a.ts → b.ts → a.ts`. */
export function findImportCycles(graph: ImportGraph): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];

  function visit(path: string): void {
    const start = trail.indexOf(path);
    if (start >= 0) {
      faults.push(`Import cycle: ${[...trail.slice(start), path].join(" → ")}`);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  }

  for (const path of graph.keys()) visit(path);
  return faults;
}

/** Gives a sentence for every file that is too long or does not open with a doc comment. */
export function findFileFaults(files: readonly SourceFile[]): string[] {
  const faults: string[] = [];
  for (const { path, text } of files) {
    const lines = text.trimEnd().split("\n").length;
    if (lines > MAX_LINES) faults.push(`${path} has ${lines} lines, more than ${MAX_LINES}`);
    if (!/^\/\*\*[^]*?@module[^]*?\*\//.test(text)) {
      faults.push(`${path} does not open with a doc comment that has @module`);
    }
  }
  return faults;
}

/**
 * Reads every script of a repository's `src` folder, and its `main.ts`.
 *
 * @param root The repository's folder, absolute, without a trailing slash.
 */
export async function readSourceFiles(root: string): Promise<SourceFile[]> {
  const paths = ["main.ts", ...await listScripts(`${root}/src`, "src")];
  return await Promise.all(
    paths.map(async (path) => ({ path, text: await Deno.readTextFile(`${root}/${path}`) })),
  );
}

/**
 * Asks Deno itself what each file imports, so that no way of writing an import is missed.
 *
 * @param root The repository's folder, absolute, without a trailing slash.
 * @param paths The files to ask about, from the root.
 * @throws {Error} When Deno cannot tell.
 */
export async function readImportGraph(
  root: string,
  paths: readonly string[],
): Promise<ImportGraph> {
  const folder = await Deno.makeTempDir({ prefix: "pollux-architecture-" });
  try {
    // `deno info` takes one entry; files that nothing imports yet are to be looked at as well.
    const entry = `${folder}/entry.ts`;
    const imports = paths.map((path) =>
      `import ${JSON.stringify(pathToFileURL(`${root}/${path}`).href)};`
    );
    await Deno.writeTextFile(entry, imports.join("\n"));
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-lock", "--no-npm", "--config", `${root}/deno.json`, entry],
      stdout: "piped",
      stderr: "piped",
    }).output();
    if (!output.success) {
      throw new Error(`Cannot read the imports: ${new TextDecoder().decode(output.stderr)}`);
    }
    return toImportGraph(root, JSON.parse(new TextDecoder().decode(output.stdout)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The part of `deno info --json` that is read here. */
interface ModuleInfo {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

function toImportGraph(root: string, info: ModuleInfo): ImportGraph {
  const graph = new Map<string, string[]>();
  for (const module of info.modules) {
    const importer = pathFrom(root, module.specifier);
    if (importer === undefined) continue;
    const targets = (module.dependencies ?? [])
      .flatMap(({ code, type }) => [code?.specifier, type?.specifier])
      .map((specifier) => specifier === undefined ? undefined : pathFrom(root, specifier))
      .filter((path) => path !== undefined);
    graph.set(importer, [...new Set(targets)]);
  }
  return graph;
}

function pathFrom(root: string, specifier: string): string | undefined {
  if (!specifier.startsWith("file:")) return undefined;
  const path = fileURLToPath(specifier);
  // JSON, such as the version in deno.json, is data that any layer may read.
  const isOurCode = path.startsWith(`${root}/`) && SCRIPT.test(path);
  return isOurCode ? path.slice(root.length + 1) : undefined;
}

/** Whether a folder of `src`, or `main.ts`, may import another. */
export function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (LEAVES.includes(from)) return to === "base";
  if (LEAVES.includes(to)) return rankOf(from) >= LOWEST_LAYER_OVER_LEAVES;
  return rankOf(to) >= 0 && rankOf(to) < rankOf(from);
}

function rankOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}

/** `src/pool/pool.ts` gives `pool`; a file outside the folders of `src` gives its own path. */
function folderOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? path;
}

async function listScripts(folder: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${prefix}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await listScripts(`${folder}/${entry.name}`, path));
    else if (SCRIPT.test(entry.name)) paths.push(path);
  }
  return paths.sort();
}
