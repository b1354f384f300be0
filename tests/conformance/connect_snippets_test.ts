/**
 * Runs every snippet of the page's view "Connect" as it is shown, with its client, against a gateway that asks for a
 * key.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Snippet, Target } from "../../src/ui/client/connect/snippet_words.js";
import { SNIPPET_CLIENTS, type SnippetClient } from "../../src/ui/client/connect/snippets.js";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { leaveOut } from "../support/left_out.ts";
import { goPlaces } from "./documents/console_session.ts";
import { ClientUser } from "../cli/connect/client_user.ts";
import { planted } from "../support/planted.ts";
import { ROOT } from "./documents/documents.ts";
import { runTool } from "./run_tool.ts";
import { ReaderHome } from "./documents/reader_home.ts";
import { CLIENTS, type Clients, prepareClients } from "./prepare.ts";

/** A key that every language has to quote. */
const KEY = `the "gateway's" $key\\n`;

const MODEL = "gemini-2.5-flash";

/** Agents that have tests of their own; here, what is shown for them is compared with what Pollux writes. */
const AGENTS: readonly string[] = ["claude-code", "codex"];

/** What the machine needs for a client; undefined for a client that has no test. */
function hasWhatItNeeds({ id }: SnippetClient, clients: Clients): boolean | undefined {
  switch (id) {
    case "curl":
      return clients.curl;
    case "python":
    case "openai-python":
      return clients.python !== undefined;
    case "javascript":
    case "gemini-cli":
      return clients.javascript !== undefined;
    case "go":
      return clients.go !== undefined;
    case "openai-javascript":
      return true;
    default:
      return undefined;
  }
}

/** Runs the snippets in a new home; gives what the last one printed. */
async function runSnippets(
  client: SnippetClient,
  { clients, target }: { readonly clients: Clients; readonly target: Target },
): Promise<string> {
  await using home = await ReaderHome.open(clients, await goPlaces());
  let printed = "";
  for (const { label, language, text } of client.snippets(target)) {
    if (language === "json") await home.writeGeminiSettings(text);
    else if (language === "go") printed = await runGo(home, text);
    else if (client.id === "openai-javascript") printed = await runInDeno(home, text);
    else if (language !== "pollux") {
      const { success, stdout, stderr } = await home.run(language, text);
      assert.ok(success, `${label}: ${stdout}${stderr}`);
      printed = stdout;
    }
  }
  return printed;
}

/** With the package of OpenAI that this repository has. */
async function runInDeno({ path }: ReaderHome, text: string): Promise<string> {
  await Deno.writeTextFile(`${path}/hello.mjs`, text);
  const args = ["run", "--allow-net", "--allow-env", `--config=${ROOT}/deno.json`, "--frozen"];
  const { success, stdout, stderr } = await runTool(Deno.execPath(), {
    args: [...args, `${path}/hello.mjs`],
  });
  assert.ok(success, stderr);
  return stdout;
}

async function runGo(home: ReaderHome, text: string): Promise<string> {
  for (const name of ["go.mod", "go.sum"]) {
    await Deno.copyFile(`${CLIENTS}go/${name}`, `${home.path}/${name}`);
  }
  await Deno.writeTextFile(`${home.path}/hello.go`, text);
  const { success, stdout, stderr } = await home.run("sh", "go run hello.go");
  assert.ok(success, stderr);
  return stdout;
}

Deno.test("What the page shows for a client works as shown, with the key and model in it", async (t) => {
  const clients = await prepareClients();
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  for (const client of SNIPPET_CLIENTS.filter(({ id }) => !AGENTS.includes(id))) {
    const isHere = hasWhatItNeeds(client, clients);
    assert.notEqual(isHere, undefined, `No test runs the snippets of ${client.name}`);
    if (isHere === false) {
      leaveOut(`the snippets of ${client.name}`, { reason: "the client is not on this machine" });
      continue;
    }
    await t.step(client.name, async () => {
      const before = gateway.emulator.requests.length;
      const printed = await runSnippets(client, {
        clients,
        target: { url: gateway.url, key: KEY, model: MODEL },
      });
      const said = [...printed.matchAll(/"text": ?("(?:[^"\\]|\\.)*")/g)]
        .map(([, literal = ""]) => JSON.parse(literal)).join("") || printed;
      assert.match(said.replace(/\s/g, ""), /Yousaid:"\S*Hello,Pollux!"/);
      const paths = gateway.emulator.requests.slice(before).map(({ path }) => path);
      assert.ok(paths.some((path) => path.includes(`/models/${MODEL}:`)), paths.join());
    });
  }
});

Deno.test("What the page shows for an agent are the settings that pollux connect writes", async () => {
  const target = { url: "http://127.0.0.1:1", key: planted("key"), model: MODEL };
  for (const id of ["claude-code", "codex", "gemini-cli"]) {
    const client = SNIPPET_CLIENTS.find((client) => client.id === id);
    assert.ok(client !== undefined);
    const snippets = client.snippets(target);
    using user = new ClientUser({ THEIR_KEY: target.key });
    const command = snippets.find(({ language }) => language === "pollux")?.text ?? "";
    const [program, ...words] = command.split(" ");
    assert.equal(program, "pollux");
    const { code, err } = await user.run([...words, "--key-env", "THEIR_KEY", "--yes"]);
    assert.equal(code, 0, err);
    const written = user.names().map((name) => name.endsWith("/") ? "" : user.read(name)).join(
      "\n",
    );
    for (const value of valuesIn(snippets)) assert.ok(written.includes(value), `${id}: ${value}`);
  }
});

/** The values that snippets set: of variables, and of a file. */
function valuesIn(snippets: readonly Snippet[]): readonly string[] {
  return snippets.flatMap(({ language, text }) => {
    switch (language) {
      case "sh":
        return [...text.matchAll(/^export \w+=(.*)$/gm)].map(([, value = ""]) => value);
      case "toml":
        // The key is in the file, or in a variable.
        return text.split("\n").filter((line) => !line.startsWith("env_key"));
      case "json":
        return [...text.matchAll(/"([\w-]+)" \}/g)].map(([, value = ""]) => value);
      default:
        return [];
    }
  });
}

Deno.test("The gateway has a route for what each client of the page speaks", async () => {
  await using gateway = await startEmulatedGateway();
  const routes = {
    gemini: `/v1beta/models/${MODEL}:generateContent`,
    openai: "/v1/chat/completions",
    anthropic: "/v1/messages",
  } as const;
  for (const { format } of SNIPPET_CLIENTS) {
    const response = await fetch(gateway.url + routes[format], { method: "POST", body: "{}" });
    await response.body?.cancel();
    assert.equal(response.status, 400, routes[format]);
  }
});
