/**
 * Runs every command of Pollux that a document shows in a block, and loads every configuration.
 *
 * @module
 */
import assert from "node:assert/strict";
import { loadConfig } from "../../../src/config/load_config.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import {
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { blocksFor, commandLines } from "./shown_blocks.ts";

/** A reader who pastes a document's commands, one after the other. */
class Reader implements AsyncDisposable {
  readonly #folder = tempFolder();
  readonly #emulator: Emulator;
  /** Files that a document names, by their names there. */
  readonly #files: ReadonlyMap<string, string>;
  readonly #options: PolluxOptions;
  readonly #key: string;
  readonly #added = new Set<string>();
  #gateway: Gateway | undefined;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    const files = {
      "service_account.json": JSON.stringify(emulator.addServiceAccount("cloud")),
      "application_default_credentials.json": JSON.stringify(emulator.addUser("work")),
      "keys.txt": `${emulator.addApiKey("first")}\n${emulator.addApiKey("second")}\n`,
      "passphrase.txt": "planted-passphrase of the reader\n",
    };
    this.#files = new Map(
      Object.entries(files).map((
        [name, text],
      ) => [name, handIn(this.#folder.path, { name, text })]),
    );
    this.#options = {
      dataDir: `${this.#folder.path}/data`,
      // The gateway would not fit beside one that runs on the default port.
      env: { POLLUX_SERVER_PORT: "0" },
    };
    this.#key = emulator.addApiKey("home");
  }

  /** Runs a line, and checks its exit code and that it names the accounts that it is about. */
  async run(line: string): Promise<void> {
    const [, ...shown] = wordsOf(line);
    if (shown[0] === "serve") {
      this.#gateway = await startGateway(this.#options);
      return;
    }
    const words = [...shown.map((word) => this.#placeOf(word)), ...this.#moreFor(shown)];
    const { code, stdout, stderr } = await runPollux(words, this.#optionsOf(shown));
    const expected = shown[0] === "doctor" ? this.#doctorCode() : 0;
    assert.equal(code, expected, `${line}: ${stdout}${stderr}`);
    if (shown[0] !== "accounts") return;
    const name = shown[1] === "add" ? shown[3] : undefined;
    if (name !== undefined) this.#added.add(name);
    const named = shown[1] === "list"
      ? [...this.#added]
      : [...this.#added].filter((name) => shown.includes(name));
    for (const name of named) assert.ok(stdout.includes(name), `${line}: ${stdout}`);
    if (shown[1] === "remove") { for (const name of named) this.#added.delete(name); }
  }

  /** If a gateway was started, it sends requests to every account that was added; then it stops. */
  async stop(): Promise<void> {
    const gateway = this.#gateway;
    if (gateway === undefined) return;
    // With as many conversations as accounts, each account gets one.
    const served = await Promise.all([...this.#added].map((name) => askFor(gateway.url, name)));
    assert.deepEqual(new Set(served), this.#added);
    gateway.signal("SIGTERM");
    const { code, stderr } = await gateway.ended;
    assert.equal(code, 0, stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  /** A word as the reader's machine needs it: the place of a file. */
  #placeOf(word: string): string {
    if (word === "accounts.sealed") return `${this.#folder.path}/${word}`;
    return this.#files.get(word) ?? word;
  }

  /** The key is in the environment only where a line reads it: it would be an account by itself. */
  #optionsOf(shown: readonly string[]): PolluxOptions {
    if (!shown.includes("GEMINI_API_KEY")) return this.#options;
    return { ...this.#options, env: { ...this.#options.env, GEMINI_API_KEY: this.#key } };
  }

  /** What keeps a command on this machine, and from asking. */
  #moreFor([group, command, kind]: readonly string[]): string[] {
    if (group !== "accounts") return [];
    if (command === "add") {
      const url = ["--base-url", this.#emulator.url];
      return kind === "code-assist" ? [...url, "--yes"] : url;
    }
    return command === "import" ? ["--yes"] : [];
  }

  /** The doctor warns while there is no account. */
  #doctorCode(): number {
    return this.#added.size === 0 ? 3 : 0;
  }
}

/** Starts a conversation; gives the account that responded. */
async function askFor(url: string, text: string): Promise<string | null> {
  const response = await fetch(`${url}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: "POST",
    body: JSON.stringify({ contents: [{ parts: [{ text }] }] }),
  });
  const body = await response.text();
  assert.equal(response.status, 200, body);
  return response.headers.get("x-pollux-account");
}

/** A shell line as words; double quotes keep a word together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

for (const [path, blocks] of Map.groupBy(blocksFor("commands"), ({ path }) => path)) {
  Deno.test(`The commands that ${path} shows work, one after the other`, async () => {
    await using emulator = await startEmulator();
    await using reader = new Reader(emulator);
    for (const { text } of blocks) for (const line of commandLines(text)) await reader.run(line);
    await reader.stop();
  });
}

Deno.test("README shows how to add an account of each kind, to list and test them, and to serve", () => {
  const [block, ...others] = blocksFor("commands").filter(({ path }) => path === "README.md");
  assert.ok(block !== undefined && others.length === 0);
  assert.deepEqual(
    commandLines(block.text).map((line) => line.split(" ").slice(1, 4).join(" ")),
    [
      "accounts add gemini-api",
      "accounts add vertex",
      "accounts add code-assist",
      "accounts list",
      "accounts test home",
      "serve",
    ],
  );
});

for (const { path, section, text } of blocksFor("settings")) {
  Deno.test(`The configuration under "${section}" in ${path} is accepted`, async () => {
    using folder = tempFolder();
    const file = { path: `${folder.path}/config.yaml`, isChosen: true };
    await Deno.writeTextFile(file.path, text);
    await loadConfig({ file, env: () => undefined, flags: {} });
  });
}
