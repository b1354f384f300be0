/**
 * The home of someone who reads the documents: the clients are installed, nothing else is set up, and what is
 * shown gets pasted.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Clients } from "../prepare.ts";
import { bareEnvironment, runTool, type ToolResult } from "../run_tool.ts";

/** How long one snippet may take, in ms; gemini-cli needs the most, a few seconds. */
const SNIPPET_MS = 120_000;

/** What keeps gemini-cli from looking for updates and from reporting its usage. */
const QUIET_SETTINGS = {
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

/** The line that runs a file, by the language of the file. */
const RUN_LINES: Readonly<Record<string, readonly [file: string, line: string]>> = {
  sh: ["snippet.sh", "sh snippet.sh"],
  python: ["snippet.py", "python3 snippet.py"],
  js: ["snippet.mjs", "node snippet.mjs"],
  java: ["Snippet.java", "java Snippet.java"],
};

/** What is in environments of their own, beside the other clients in Python. */
const OWN_ENVIRONMENTS: readonly (readonly [imported: RegExp, name: "frameworks" | "formats"])[] = [
  [/^(?:from|import) (?:litellm|openai|pydantic_ai)\b/m, "frameworks"],
  [/^(?:from|import) anthropic\b/m, "formats"],
];

/** A temporary home folder, which is the working folder as well. Gone with the scope. */
export class ReaderHome implements AsyncDisposable {
  /** The folder. */
  readonly path: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #python: Clients["python"];

  private constructor(
    path: string,
    so: {
      readonly env: Readonly<Record<string, string>>;
      readonly python: Clients["python"];
    },
  ) {
    this.path = path;
    this.#env = so.env;
    this.#python = so.python;
  }

  /**
   * Makes one, with those clients that the machine has where their installers would put them, and programs of its own
   * in `bin`.
   *
   * @param more Variables to add to the environment.
   */
  static async open(
    { python, javascript, java }: Clients,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ReaderHome> {
    const path = await Deno.makeTempDir({ prefix: "pollux-readme-" });
    await Deno.mkdir(`${path}/tmp`);
    const bare = bareEnvironment();
    const places = [bare["PATH"]];
    if (python !== undefined) places.unshift(dirname(python.current));
    if (javascript !== undefined) {
      const modules = `${javascript.folder}/node_modules`;
      places.unshift(`${modules}/.bin`);
      await Deno.mkdir(`${path}/node_modules/@google`, { recursive: true });
      await Deno.symlink(`${modules}/genai3`, `${path}/node_modules/@google/genai`);
      for (const name of ["@langchain", "@anthropic-ai", "openai"]) {
        await Deno.symlink(`${modules}/${name}`, `${path}/node_modules/${name}`);
      }
    }
    const env = {
      ...bare,
      ...more,
      PATH: [`${path}/bin`, ...places].join(":"),
      HOME: path,
      // Go ignores a module at the top of the folder for temporary files.
      TMPDIR: `${path}/tmp`,
      // Without it, litellm looks for its list of prices in the internet.
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      ...(java === undefined ? {} : { CLASSPATH: java }),
    };
    return new ReaderHome(path, { env, python });
  }

  /**
   * Runs a snippet to its end.
   *
   * @param language `sh`, `python`, `js` or `java`.
   * @throws {Error} For another language.
   */
  async run(language: string, text: string): Promise<ToolResult> {
    const [file, line] = RUN_LINES[language] ?? [];
    if (file === undefined || line === undefined) throw new Error(`Cannot run "${language}"`);
    await Deno.writeTextFile(`${this.path}/${file}`, `${text}\n`);
    return await runTool("sh", {
      args: ["-c", line],
      cwd: this.path,
      env: this.#envFor(text),
      timeoutMs: SNIPPET_MS,
    });
  }

  #envFor(text: string): Readonly<Record<string, string>> {
    const [, name] = OWN_ENVIRONMENTS.find(([imported]) => imported.test(text)) ?? [];
    const python = name === undefined ? undefined : this.#python?.[name];
    return python === undefined
      ? this.#env
      : { ...this.#env, PATH: `${dirname(python)}:${this.#env["PATH"]}` };
  }

  /** Starts a line of a shell that goes on; its standard output is readable. */
  start(line: string): Deno.ChildProcess {
    return new Deno.Command("sh", {
      args: ["-c", `exec ${line}`],
      cwd: this.path,
      clearEnv: true,
      env: { ...this.#env },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  }

  /** Makes `~/.gemini/settings.json` out of what a document shows, so that gemini-cli stays quiet besides. */
  async writeGeminiSettings(shown: string): Promise<void> {
    const settings = { ...JSON.parse(shown), ...QUIET_SETTINGS };
    await Deno.mkdir(`${this.path}/.gemini`, { recursive: true });
    await Deno.writeTextFile(`${this.path}/.gemini/settings.json`, JSON.stringify(settings));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
