/**
 * Brings the official clients onto this machine, at the versions that the lock files in `clients/`
 * name, into the repository's `.cache` folder. Linux and macOS.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { runTool, type ToolOptions } from "./run_tool.ts";
import { InstallError, type Missing, tryInstall, whyItFailed } from "./documents/try_install.ts";

/** Where the clients are; a runtime that this machine lacks is named in `missing` instead. */
export interface Clients {
  readonly python?: PythonClients;
  readonly javascript?: JavaScriptClients;
  /** The driver of google.golang.org/genai 1.77.0. */
  readonly go?: string;
  /** The class path of the driver of com.google.genai:google-genai 2.3.0. */
  readonly java?: string;
  /** Whether there is curl, which the machine itself has to have. */
  readonly curl: boolean;
  /** What is not here and why, in words for people. */
  readonly missing: readonly Missing[];
}

/** The interpreters of four virtual environments, since only one google-genai fits into each. */
export interface PythonClients {
  /** Has google-generativeai 0.8.6, google-genai 3.6.1 with aiohttp, and langchain-google-genai 4.4.3. */
  readonly current: string;
  /** Has litellm 1.110.2 and pydantic-ai-slim 2.68.0. */
  readonly frameworks: string;
  /** Has google-genai 1.75.0. */
  readonly genai1: string;
  /** Has openai 3.57.0, anthropic 2.14.0, langchain-openai 1.7.4, langchain-anthropic 1.7.10 and llm 0.36. */
  readonly formats: string;
}

/** The JavaScript clients and what runs them. */
export interface JavaScriptClients {
  /** Node 22 from the lock file, where npm has one for this machine; else the machine's own. */
  readonly node: string;
  /** The folder with `node_modules` and a copy of the drivers. */
  readonly folder: string;
  /** Where Node keeps what it compiled, for its next start. */
  readonly compileCache: string;
}

/** The folder with the lock files and the drivers. */
export const CLIENTS = fileURLToPath(new URL("./clients/", import.meta.url));
/** Where clients are installed. */
export const CACHE = fileURLToPath(new URL("../../.cache/clients/", import.meta.url));
/** The second number of the oldest Go 1 that compiles its driver. */
const LEAST_GO = 24;
/** The oldest JDK that compiles its driver. */
const LEAST_JAVA = 17;
/** What copies a project's dependencies. */
const MAVEN_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
/** Written last: a folder without it is a broken install and is made anew. */
const COMPLETE = ".complete";

/**
 * Installs what is not there yet. Without anything to install it touches no network and takes
 * milliseconds. What cannot be installed is `missing`, with the last words of its installer.
 */
export async function prepareClients(): Promise<Clients> {
  await Deno.mkdir(CACHE, { recursive: true });
  using lock = await Deno.open(`${CACHE}lock`, { create: true, write: true });
  await lock.lock(true);
  const missing: Missing[] = [];
  async function tried<T>(name: string, install: () => Promise<T>): Promise<T | undefined> {
    const result = await tryInstall(name, install);
    if ("installed" in result) return result.installed;
    missing.push(result.missing);
    return undefined;
  }
  const python = await identify("python3", [
    "-c",
    "import ensurepip, sys; assert sys.version_info >= (3, 11); print(sys.version, sys.base_prefix)",
  ]);
  if (python === undefined) {
    missing.push({ name: "Python clients", reason: "no python3 from 3.11 on with venv" });
  }
  const npm = await identify("npm", ["--version"]);
  if (npm === undefined) missing.push({ name: "JavaScript clients", reason: "no npm on the PATH" });
  const go = await identify("go", ["version"]);
  const hasGo = go !== undefined && minorOfGo(go) >= LEAST_GO;
  if (!hasGo) missing.push({ name: "Go clients", reason: `no go from 1.${LEAST_GO} on` });
  const java = await identify("javac", ["-version"]);
  const hasJava = java !== undefined && majorOfJava(java) >= LEAST_JAVA;
  if (!hasJava) missing.push({ name: "Java clients", reason: `no javac from ${LEAST_JAVA} on` });
  const curl = await identify("curl", ["--version"]);
  if (curl === undefined) missing.push({ name: "curl", reason: "no curl on the PATH" });
  // While one waits for its registry, another unpacks or compiles.
  const [inPython, inJavaScript, inGo, inJava] = await Promise.all([
    python && tried("Python clients", () => preparePython(python)),
    npm && tried("JavaScript clients", prepareJavaScript),
    hasGo && tried("Go clients", () => prepareGo(go)),
    hasJava && tried("Java clients", () => prepareJava(java)),
  ]);
  return {
    curl: curl !== undefined,
    ...(inPython ? { python: inPython } : {}),
    ...(inJavaScript ? { javascript: inJavaScript } : {}),
    ...(inGo ? { go: inGo } : {}),
    ...(inJava ? { java: inJava } : {}),
    missing,
  };
}

/** What a tool says of itself; undefined where it is missing or too old. */
async function identify(tool: string, args: readonly string[]): Promise<string | undefined> {
  const { success, stdout } = await runTool(tool, { args });
  return success ? stdout.trim() : undefined;
}

async function preparePython(python: string): Promise<PythonClients> {
  return {
    current: await prepareVenv("requirements_current.txt", python),
    frameworks: await prepareVenv("requirements_frameworks.txt", python),
    genai1: await prepareVenv("requirements_genai1.txt", python),
    formats: await prepareVenv("requirements_formats.txt", python),
  };
}

/** A virtual environment with what the requirements file names; gives its interpreter. */
export async function prepareVenv(requirements: string, python: string): Promise<string> {
  const pinned = `${CLIENTS}${requirements}`;
  // A virtual environment dies with the interpreter that it was made from, so that is in the key.
  const key = digest(await Deno.readTextFile(pinned) + python);
  const folder = await installOnce(`python-${key}`, async (folder) => {
    await install("python3", { args: ["-m", "venv", folder] });
    // Python itself compiles what is imported, less than half of all modules.
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-compile", "-q"];
    // The files name everything. Left to look for itself, pip takes a package that is pinned with an
    // extra for another than the bare one, finds a newer release of that, and has no hash for it.
    const args = [...pip, "--no-deps", "--require-hashes", "-r", pinned];
    await install(`${folder}/bin/python`, { args });
  });
  return `${folder}/bin/python`;
}

async function prepareJavaScript(): Promise<JavaScriptClients> {
  const platform = `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`;
  const lockFile = await Deno.readTextFile(`${CLIENTS}package-lock.json`);
  const key = digest(lockFile + platform);
  const folder = await installOnce(`javascript-${key}`, async (folder) => {
    await Deno.mkdir(folder);
    await Deno.copyFile(`${CLIENTS}package.json`, `${folder}/package.json`);
    await Deno.copyFile(`${CLIENTS}package-lock.json`, `${folder}/package-lock.json`);
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await install("npm", { args, cwd: folder });
  });
  // Node looks for packages beside the module that imports them, so the drivers go there.
  await Deno.mkdir(`${folder}/formats`, { recursive: true });
  for (const place of ["", "formats/"]) {
    for await (const { name } of Deno.readDir(`${CLIENTS}${place}`)) {
      const file = `${place}${name}`;
      if (name.endsWith(".mjs")) await Deno.copyFile(`${CLIENTS}${file}`, `${folder}/${file}`);
    }
  }
  const node = `${folder}/node_modules/node-${platform}/bin/node`;
  return {
    node: await exists(node) ? node : "node",
    folder,
    compileCache: `${folder}/compile-cache`,
  };
}

/** As 26 of `go version go1.26.8 linux/amd64`. */
function minorOfGo(version: string): number {
  return Number(/\bgo1\.(\d+)/.exec(version)?.[1]);
}

/** Compiles the driver in Go; gives its path. */
async function prepareGo(go: string): Promise<string> {
  const cwd = `${CLIENTS}go`;
  const folder = await installOnce(`go-${digest(await textIn(cwd) + go)}`, async (folder) => {
    await install("go", { args: ["build", "-o", `${folder}/driver_genai`, "."], cwd });
  });
  return `${folder}/driver_genai`;
}

/** As 17 of `javac 17.0.15`. */
function majorOfJava(version: string): number {
  return Number(/\bjavac (\d+)/.exec(version)?.[1]);
}

/** Compiles the driver in Java; gives its class path. */
async function prepareJava(java: string): Promise<string> {
  const cwd = `${CLIENTS}java`;
  const folder = await installOnce(`java-${digest(await textIn(cwd) + java)}`, async (folder) => {
    const copied = `-DoutputDirectory=${folder}/jars`;
    const args = ["-B", "-q", MAVEN_GOAL, copied, "-DincludeScope=runtime", "-f", cwd];
    await install("mvn", { args });
    const sources = ["Driver.java", "Resources.java"].map((name) => `${cwd}/${name}`);
    const options = ["-nowarn", "-cp", `${folder}/jars/*`, "-d", `${folder}/classes`];
    await install("javac", { args: [...options, ...sources] });
  });
  return `${folder}/classes:${folder}/jars/*`;
}

/** The text of all files in a folder; those of its folders are not among them. */
async function textIn(folder: string): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.filter(({ isFile }) => isFile).map(({ name }) => name).sort();
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(`${folder}/${name}`)));
  return texts.join("");
}

/** Runs `make` for the folder of that name, unless an earlier run of it came to its end. */
export async function installOnce(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = `${CACHE}${name}`;
  if (await exists(`${folder}/${COMPLETE}`)) return folder;
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
  console.log(`Installing official clients into .cache/clients/${name}`);
  await make(folder);
  await Deno.writeTextFile(`${folder}/${COMPLETE}`, "");
  return folder;
}

/** Runs an installer. Rejects with an {@linkcode InstallError} where it fails. */
export async function install(tool: string, options: ToolOptions): Promise<void> {
  const { success, stdout, stderr } = await runTool(tool, options);
  if (success) return;
  const said = (stdout + stderr).trim().split("\n").slice(-20).join("\n");
  console.error(said);
  throw new InstallError(`they cannot be installed: "${tool}" failed: ${whyItFailed(said)}`);
}

/** The name of an install, from what is installed. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
