/**
 * Runs every snippet of the page's view "Connect" as it is shown, with its client, against a gateway that asks for a
 * key.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  isServed,
  SNIPPET_CLIENTS,
  type SnippetClient,
  type Target,
} from "../../src/ui/client/connect/snippets.js";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { leaveOut } from "../support/left_out.ts";
import { goPlaces } from "./documents/console_session.ts";
import { ReaderHome } from "./documents/reader_home.ts";
import { CLIENTS, type Clients, prepareClients } from "./prepare.ts";

/** A key that every language has to quote. */
const KEY = `the "gateway's" $key\\n`;

const MODEL = "gemini-2.5-flash";

/** What the machine needs for a client; undefined for a client that has no test. */
function hasWhatItNeeds({ id }: SnippetClient, clients: Clients): boolean | undefined {
  switch (id) {
    case "curl":
      return clients.curl;
    case "python":
      return clients.python !== undefined;
    case "javascript":
    case "gemini-cli":
      return clients.javascript !== undefined;
    case "go":
      return clients.go !== undefined;
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
    else {
      const { success, stdout, stderr } = await home.run(language, text);
      assert.ok(success, `${label}: ${stdout}${stderr}`);
      printed = stdout;
    }
  }
  return printed;
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
  for (const client of SNIPPET_CLIENTS.filter(isServed)) {
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

Deno.test("The page shows no snippet for a client that the gateway does not serve yet", () => {
  const target = { url: "http://127.0.0.1:8045", key: KEY, model: MODEL };
  for (const client of SNIPPET_CLIENTS) {
    assert.equal(client.snippets(target).length > 0, isServed(client), client.name);
  }
});

Deno.test("The formats that the page calls not served yet have no route", async () => {
  await using gateway = await startEmulatedGateway();
  const routes = { openai: "/v1/chat/completions", anthropic: "/v1/messages" } as const;
  for (const [format, path] of Object.entries(routes)) {
    const response = await fetch(gateway.url + path, { method: "POST", body: "{}" });
    await response.body?.cancel();
    const clients = SNIPPET_CLIENTS.filter((client) => client.format === format);
    assert.ok(clients.length > 0);
    for (const client of clients) assert.equal(isServed(client), response.status !== 404, path);
  }
});
