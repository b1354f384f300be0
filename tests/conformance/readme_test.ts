/**
 * Runs every command that README and the demo show, as they stand there but for addresses.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import {
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";
import { type FencedBlock, fencedBlocks } from "./fenced_blocks.ts";
import { type Clients, prepareClients } from "./prepare.ts";
import { ReaderHome } from "./reader_home.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
const DEFAULT_URL = "http://127.0.0.1:8045";

/** Something to paste. */
interface Snippet {
  readonly language: string;
  readonly text: string;
  /** What has to be installed for it. */
  readonly program: string;
}

function blocksUnder(section: string): FencedBlock[] {
  return fencedBlocks(README).filter((block) => block.section === section);
}

/** A block as snippets: a shell block has one for each paragraph. */
function snippetsOf({ language, text }: Pick<FencedBlock, "language" | "text">): Snippet[] {
  if (language === "python") return [{ language, text, program: "python3" }];
  if (language === "js") return [{ language, text, program: "node" }];
  return text.split(/\n{2,}/).map((text) => ({ language, text, program: programOf(text) }));
}

/** The program that a shell command starts, behind the variables that it sets. */
function programOf(command: string): string {
  return /^(?:\w+=\S+ +)*(\S+)/.exec(command)?.[1] ?? "";
}

function startDemo(folder: string): Promise<Gateway> {
  return startGateway({ dataDir: `${folder}/data` }, "demo");
}

/** The snippets that `pollux demo` prints, without installing what is installed. */
async function printedByDemo(): Promise<Snippet[]> {
  using folder = tempFolder();
  await using gateway = await startDemo(folder.path);
  gateway.signal("SIGTERM");
  const { stdout } = await gateway.ended;
  return stdout.split("\n\n").filter((paragraph) => paragraph.startsWith("  ")).flatMap((shown) => {
    const command = shown.trim().replace(/^(?:pip|npm) install \S+ && /, "");
    return snippetsOf({ language: "sh", text: command.replaceAll(gateway.url, DEFAULT_URL) });
  });
}

/** Runs each snippet against a demo; one whose program this machine lacks is left out. */
async function runAll(snippets: readonly Snippet[], so: {
  readonly t: Deno.TestContext;
  readonly clients: Clients;
  readonly geminiSettings?: string;
}): Promise<void> {
  const { clients: { python, javascript, curl }, geminiSettings } = so;
  const hasNode = javascript !== undefined;
  const there = { curl, python3: python !== undefined, node: hasNode, gemini: hasNode };
  const lacking = Object.entries(there).filter(([, isThere]) => !isThere).map(([name]) => name);
  using folder = tempFolder();
  await using gateway = await startDemo(folder.path);
  await using home = await ReaderHome.open(so.clients);
  if (geminiSettings !== undefined) await home.writeGeminiSettings(geminiSettings);
  for (const { language, text, program } of snippets) {
    if (lacking.includes(program)) continue;
    await so.t.step(`${language}: ${text.split("\n")[0]}`, async () => {
      assert.ok(text.includes(DEFAULT_URL), "It does not call the gateway");
      const result = await home.run(language, text.replaceAll(DEFAULT_URL, gateway.url));
      assert.ok(result.success, result.stdout + result.stderr);
      assertMadeUpAnswer(result.stdout);
    });
  }
}

/** The emulator's answer to "Hello, Pollux!", in JSON, in events, or printed chunk by chunk. */
function assertMadeUpAnswer(output: string): void {
  const texts = [...output.matchAll(/"text": ?("(?:[^"\\]|\\.)*")/g)]
    .map(([, literal = ""]) => JSON.parse(literal));
  const said = (texts.length === 0 ? output : texts.join("")).replace(/\s/g, "");
  // gemini-cli puts its own words before those of its user.
  assert.match(said, /^Thisanswerismadeupbyanemulator.*Yousaid:".*Hello,Pollux!"\./, output);
}

Deno.test("README's first answers come, from every client, as shown", async (t) => {
  const clients = await prepareClients();
  const blocks = blocksUnder("A minute to the first answer");
  const settings = blocks.filter(({ language }) => language === "json").map(({ text }) => text);
  const snippets = blocks.filter(({ language }) => language !== "json").flatMap(snippetsOf);
  assert.deepEqual(
    snippets.map(({ program }) => program),
    ["curl", "curl", "python3", "python3", "node", "gemini"],
  );
  const [geminiSettings, ...others] = settings;
  assert.ok(geminiSettings !== undefined && others.length === 0);
  await runAll(snippets, { t, clients, geminiSettings });
});

Deno.test("What the demo prints works as printed", async (t) => {
  const snippets = await printedByDemo();
  assert.deepEqual(snippets.map(({ program }) => program), ["curl", "python3", "node"]);
  await runAll(snippets, { t, clients: await prepareClients() });
});

Deno.test("README's lines for one's own accounts add, list and test them, and serve", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const key = emulator.addApiKey("home");
  const files: Readonly<Record<string, unknown>> = {
    "service_account.json": emulator.addServiceAccount("cloud"),
    "application_default_credentials.json": emulator.addUser("work"),
  };
  const options = { dataDir: `${folder.path}/data`, env: { GEMINI_API_KEY: key } };
  const [block, ...others] = blocksUnder("Your own accounts");
  assert.ok(block !== undefined && others.length === 0);
  const lines = block.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(lines.map((line) => line.split(" ").slice(0, 3).join(" ")), [
    ...Array<string>(3).fill("pollux accounts add"),
    "pollux accounts list",
    ...["pollux accounts test", "pollux serve"],
  ]);
  for (const line of lines.slice(0, -1)) {
    const [, ...words] = line.split(" ");
    if (words[1] === "add") words.push("--base-url", emulator.url);
    if (words[2] === "code-assist") words.push("--yes");
    const file = words.findIndex((word) => word.endsWith(".json"));
    const name = words[file] ?? "";
    if (name in files) {
      words[file] = handIn(folder.path, { name, text: JSON.stringify(files[name]) });
    }
    const { code, stdout, stderr } = await runPollux(words, options);
    assert.equal(code, 0, `${line}: ${stdout}${stderr}`);
    const added = ["home", "cloud", "work"];
    const named = words[1] === "list" ? added : added.filter((name) => words.includes(name));
    assert.ok(named.length > 0 && named.every((name) => stdout.includes(name)), line + stdout);
  }
  assert.equal(lines.at(-1), "pollux serve");
  await assertServes(options);
});

/** `pollux serve` answers through all accounts that were added: each call goes to another. */
async function assertServes(options: PolluxOptions): Promise<void> {
  await using gateway = await startGateway(options);
  const served = new Set<string | null>();
  for (const text of ["Hello, Pollux!", "Another conversation", "A third one"]) {
    const response = await fetch(`${gateway.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: "POST",
      body: JSON.stringify({ contents: [{ parts: [{ text }] }] }),
    });
    const answer = await response.text();
    assert.equal(response.status, 200, answer);
    served.add(response.headers.get("x-pollux-account"));
  }
  assert.deepEqual(served, new Set(["home", "cloud", "work"]));
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
}
