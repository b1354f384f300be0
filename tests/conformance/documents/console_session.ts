/**
 * A terminal in which a document's commands are run, one after the other: with Pollux, the official clients, and a
 * gateway whose Google is emulated.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Emulator } from "../../../src/emulator/emulator.ts";
import { within } from "../../support/deadline.ts";
import { handIn } from "../../support/hand_in.ts";
import { leaveOut } from "../../support/left_out.ts";
import { polluxCommand } from "../../support/pollux_process.ts";
import { CLIENTS, prepareClients } from "../prepare.ts";
import { runTool } from "../run_tool.ts";
import { isShown, type ShownCommand, shownCommands } from "./console_lines.ts";
import { ReaderHome } from "./reader_home.ts";
import { DEFAULT_URL, shownBlocks } from "./shown_blocks.ts";

/** The team's address in the documents. */
const TEAM_URL = "https://gemini.example.com";

/** How long a command's output may take to be as shown: changes reach a gateway later, and usage is written later. */
const OUTPUT_MS = 30_000;

/** Commands that only look: they are run again until they print what is shown. */
const LOOKS = /^(?:curl|grep|pollux (?:audit|usage|status|keys (?:list|show))) /;

/** Commands that need a client, by the name of what is missing without it. */
const NEEDS = { python: /^python3 /, javascript: /^(?:node|gemini) /, go: /^go /, curl: /curl / };

/** A file for a program that a document shows, by the language of the block. */
const PROGRAMS: Readonly<Record<string, string>> = {
  python: "hello.py",
  js: "hello.mjs",
  go: "hello.go",
};

/** The terminal. Disposing of it stops its gateway. */
export class ConsoleSession implements AsyncDisposable {
  readonly #home: ReaderHome;
  readonly #lacking: readonly RegExp[];
  #gateway: RunningGateway | undefined;

  private constructor(home: ReaderHome, lacking: readonly RegExp[]) {
    this.#home = home;
    this.#lacking = lacking;
  }

  /** Opens one in a new home. `research.key` and `product.key` are keys of the emulated Google. */
  static async open(emulator: Emulator): Promise<ConsoleSession> {
    const clients = await prepareClients();
    const lacking = Object.entries(NEEDS).flatMap(([name, line]) =>
      clients[name as keyof typeof NEEDS] ? [] : [line]
    );
    const { program, args, env } = polluxCommand([], { dataDir: "", isBare: true });
    const { POLLUX_DATA_DIR: _default, ...needed } = env;
    const home = await ReaderHome.open(clients, {
      ...needed,
      ...await goPlaces(),
      DENO_NO_UPDATE_CHECK: "1",
      POLLUX_SERVER_PORT: "0",
    });
    await Deno.mkdir(`${home.path}/bin`);
    const words = [program, ...args].map((word) => `'${word}'`).join(" ");
    const here = `[ "$1 $2" = "accounts add" ] && set -- "$@" --base-url ${emulator.url}`;
    const script = `#!/bin/sh\n${here}\nexec ${words} "$@"\n`;
    await Deno.writeTextFile(`${home.path}/bin/pollux`, script, { mode: 0o755 });
    for (const name of ["research", "product"]) {
      const file = { name: `${name}.key`, text: emulator.addApiKey(name) };
      await Deno.symlink(handIn(home.path, file), `${home.path}/${file.name}`);
    }
    for (const name of ["go.mod", "go.sum"]) {
      await Deno.copyFile(`${CLIENTS}go/${name}`, `${home.path}/${name}`);
    }
    await home.writeGeminiSettings(settingsOfGemini());
    return new ConsoleSession(home, lacking);
  }

  /** The home folder. */
  get path(): string {
    return this.#home.path;
  }

  /** Writes a program that the document shows. */
  async write(language: string, text: string): Promise<void> {
    const name = PROGRAMS[language];
    assert.ok(name !== undefined, `No file for a program in "${language}"`);
    await Deno.writeTextFile(`${this.path}/${name}`, `${text}\n`);
  }

  /** Writes the configuration file of Pollux. */
  async configure(yaml: string): Promise<void> {
    await Deno.mkdir(`${this.path}/.config/pollux`, { recursive: true });
    await Deno.writeTextFile(`${this.path}/.config/pollux/config.yaml`, yaml);
  }

  /** Runs the commands of a block. Variables that one exports are those of the next ones, too. */
  async run(block: string): Promise<void> {
    const exports: string[] = [];
    for (const command of shownCommands(block)) {
      const { line } = command;
      if (line.startsWith("export ")) exports.push(line);
      else if (line.startsWith("pollux serve")) await this.#serve(command);
      else if (this.#lacking.some((needs) => needs.test(line))) {
        leaveOut(line, { reason: "its program is not on the PATH, or too old" });
      } else await this.#runOne(command, exports);
    }
  }

  /** The output of a command. */
  async outputOf(line: string): Promise<string> {
    const text = `exec 2>&1\n${line}`.replaceAll(TEAM_URL, this.#gateway?.url ?? TEAM_URL);
    const { stdout } = await this.#home.run("sh", text);
    return stdout;
  }

  /** Stops the gateway, as a service manager does. */
  async stop(): Promise<void> {
    const gateway = this.#gateway;
    if (gateway === undefined) return;
    this.#gateway = undefined;
    gateway.child.kill("SIGTERM");
    await Promise.all([gateway.child.status, gateway.read]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#home[Symbol.asyncDispose]();
  }

  /** The output of a command, with the address that the document shows. */
  async #shownOutputOf(line: string): Promise<string> {
    return (await this.outputOf(line)).replaceAll(this.#gateway?.url ?? DEFAULT_URL, DEFAULT_URL);
  }

  async #runOne({ line, output }: ShownCommand, exports: readonly string[]): Promise<void> {
    const text = [...exports, line].join("\n");
    const until = Date.now() + OUTPUT_MS;
    let printed = await this.#shownOutputOf(text);
    while (!isShown(output, printed) && LOOKS.test(line) && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      printed = await this.#shownOutputOf(text);
    }
    assert.ok(isShown(output, printed), `$ ${line}\n${printed}\nbut shown is\n${output}`);
  }

  async #serve({ line, output }: ShownCommand): Promise<void> {
    const child = this.#home.start(line);
    const ready = Promise.withResolvers<string>();
    const printed = { text: "" };
    const read = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        printed.text += text;
        if (/^It serves .*\n/m.test(printed.text)) ready.resolve(printed.text);
      }
      ready.reject(new Error(`"${line}" ended: ${printed.text}`));
    })();
    this.#gateway = { child, read, url: TEAM_URL };
    await within(120_000, ready.promise, { what: "The gateway's start" });
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed.text)?.[0] ?? "";
    this.#gateway = { child, read, url };
    const shown = printed.text.replaceAll(url, DEFAULT_URL);
    assert.ok(isShown(output, shown), `$ ${line}\n${shown}\nbut shown is\n${output}`);
  }
}

interface RunningGateway {
  readonly child: Deno.ChildProcess;
  /** Resolves at the end of its output. */
  readonly read: Promise<void>;
  readonly url: string;
}

/** Where Go has what it downloaded and compiled. */
export async function goPlaces(): Promise<Record<string, string>> {
  const names = ["GOMODCACHE", "GOCACHE"];
  const { success, stdout } = await runTool("go", { args: ["env", ...names] });
  if (!success) return {};
  const values = stdout.trim().split("\n");
  return Object.fromEntries(names.map((name, nth) => [name, values[nth] ?? ""]));
}

/** The settings file of gemini-cli that README shows. */
function settingsOfGemini(): string {
  const settings = shownBlocks().find(({ path, language }) =>
    path === "README.md" && language === "json"
  );
  assert.ok(settings !== undefined);
  return settings.text;
}
