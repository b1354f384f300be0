/**
 * Runs every snippet that calls the gateway, from the documents and from the demo's own output. Only the
 * address is changed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Gateway, startGateway } from "../../support/pollux_process.ts";
import { leaveOut } from "../../support/left_out.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import type { FencedBlock } from "./fenced_blocks.ts";
import { type Clients, prepareClients } from "../prepare.ts";
import { ReaderHome } from "./reader_home.ts";
import { blocksFor, DEFAULT_URL } from "./shown_blocks.ts";

/** Something to paste. */
interface Snippet {
  readonly language: string;
  readonly text: string;
  /** What has to be installed for it. */
  readonly program: string;
}

/** A block as snippets: a shell block has one for each paragraph. */
function snippetsOf({ language, text }: Pick<FencedBlock, "language" | "text">): Snippet[] {
  if (language === "python") return [{ language, text, program: "python3" }];
  if (language === "js") return [{ language, text, program: "node" }];
  if (language === "java") return [{ language, text, program: "java" }];
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
  const paragraphs = stdout.split("\n\n").filter((paragraph) => paragraph.startsWith("  "));
  // The commands of Pollux itself are run by tests/cli/demo/demo_test.ts.
  const calls = paragraphs.map((shown) => shown.trim())
    .filter((shown) => shown.includes(gateway.url) && !shown.startsWith("pollux "));
  return calls.flatMap((shown) => {
    const command = shown.replace(/^(?:pip|npm) install \S+ && /, "");
    return snippetsOf({ language: "sh", text: command.replaceAll(gateway.url, DEFAULT_URL) });
  });
}

/** Runs each snippet against a demo; one whose program this machine lacks is left out. */
async function runAll(snippets: readonly Snippet[], so: {
  readonly t: Deno.TestContext;
  readonly clients: Clients;
  readonly geminiSettings?: string;
}): Promise<void> {
  const { clients: { python, javascript, java, curl }, geminiSettings } = so;
  const hasNode = javascript !== undefined;
  const there = {
    curl,
    python3: python !== undefined,
    node: hasNode,
    gemini: hasNode,
    java: java !== undefined,
  };
  const lacking = Object.entries(there).filter(([, isThere]) => !isThere).map(([name]) => name);
  using folder = tempFolder();
  await using gateway = await startDemo(folder.path);
  await using home = await ReaderHome.open(so.clients);
  if (geminiSettings !== undefined) await home.writeGeminiSettings(geminiSettings);
  for (const { language, text, program } of snippets) {
    const name = `${language}: ${text.split("\n")[0]}`;
    if (lacking.includes(program)) {
      leaveOut(name, { reason: `no ${program} on the PATH that is new enough` });
      continue;
    }
    await so.t.step(name, async () => {
      assert.ok(text.includes(DEFAULT_URL), "It does not call the gateway");
      const result = await home.run(language, text.replaceAll(DEFAULT_URL, gateway.url));
      assert.ok(result.success, result.stdout + result.stderr);
      assertMadeUpResponse(result.stdout);
    });
  }
}

/** The emulator's response to "Hello, Pollux!", in JSON of any API, in events, or printed chunk by chunk. */
function assertMadeUpResponse(output: string): void {
  const texts = [...output.matchAll(/"(?:text|content)": ?("(?:[^"\\]|\\.)*")/g)]
    .map(([, literal = ""]) => JSON.parse(literal));
  const said = (texts.length === 0 ? output : texts.join("")).replace(/\s/g, "");
  assert.match(said, /^Thisanswerismadeupbyanemulator\S*Yousaid:"(?:\d:)?Hello,Pollux!"\./, output);
}

for (const [path, blocks] of Map.groupBy(blocksFor("snippets"), ({ path }) => path)) {
  Deno.test(`The snippets in ${path} get the emulator's response, from every client`, async (t) => {
    const clients = await prepareClients();
    const settings = blocks.filter(({ language }) => language === "json").map(({ text }) => text);
    const snippets = blocks.filter(({ language }) => language !== "json").flatMap(snippetsOf);
    if (path === "README.md") {
      assert.deepEqual(
        snippets.map(({ program }) => program),
        ["curl", "curl", "python3", "node", "gemini"],
      );
    }
    const [geminiSettings, ...others] = settings;
    assert.equal(others.length, 0);
    const needed = snippets.some(({ program }) => program === "gemini");
    assert.equal(geminiSettings !== undefined, needed);
    await runAll(snippets, {
      t,
      clients,
      ...(geminiSettings === undefined ? {} : { geminiSettings }),
    });
  });
}

Deno.test("What the demo prints works as printed", async (t) => {
  const snippets = await printedByDemo();
  assert.deepEqual(snippets.map(({ program }) => program), [
    "for",
    "curl",
    "python3",
    "node",
    "curl",
    "python3",
  ]);
  await runAll(snippets, { t, clients: await prepareClients() });
});
