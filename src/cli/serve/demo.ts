/**
 * `pollux demo`: the gateway in front of an emulated Google. It needs no configuration, stores nothing,
 * and sends no packet beyond this machine.
 *
 * @module
 */
import { readSubjectTokenFile } from "../accounts/add/read_subject_token.ts";
import { AccountBook } from "../../accounts/account_book.ts";
import { Secret } from "../../accounts/secret.ts";
import { loadConfig } from "../../config/load_config.ts";
import { startEmulator } from "../../emulator/emulator.ts";
import { openStore } from "../../store/open_store.ts";
import { runGateway } from "../../daemon/run_gateway.ts";
import { listenFlags } from "./serve.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The flags as parsed. */
export interface DemoOptions {
  readonly host?: string;
  readonly port?: number;
}

const MODEL = "gemini-2.5-flash";

/** Serves generated responses until the process gets a stop signal. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  // A configuration file or the environment must not keep the demo from working as shown.
  const { config } = await loadConfig({
    env: () => undefined,
    flags: { server: listenFlags(options), log: { level: "warning" } },
  });
  await using emulator = await startEmulator({ record: false, resets: false });
  using store = await openStore({ memory: true });
  const book = new AccountBook(store.accounts, { now: () => Date.now() });
  await book.add({
    name: "demo",
    kind: "gemini-api",
    baseUrls: [emulator.url],
    credential: { type: "api_key", key: new Secret(emulator.addApiKey("demo")) },
  });
  await runGateway({
    config,
    store,
    fallback: undefined,
    warn: (lines) => terminal.err(lines),
    readSubjectToken: readSubjectTokenFile,
    onListen: (url) => terminal.out(instructions(url)),
  });
}

/** The commands to paste that the demo prints. */
function instructions(url: string): string {
  return `Pollux listens on ${url}

This is a demo: an emulator inside makes up every response, not Google.
Paste one of these into another terminal:

  curl ${url}/v1beta/models/${MODEL}:generateContent \\
    -d '{"contents": [{"parts": [{"text": "Hello, Pollux!"}]}]}'

  pip install google-genai && python3 -c '
from google import genai
client = genai.Client(api_key="any", http_options={"base_url": "${url}"})
print(client.models.generate_content(model="${MODEL}", contents="Hello, Pollux!").text)'

  npm install @google/genai && node --input-type=module -e '
import { GoogleGenAI } from "@google/genai";
const ai = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: "${url}" } });
console.log((await ai.models.generateContent({ model: "${MODEL}", contents: "Hello, Pollux!" })).text);'

Stop it with Ctrl+C.`;
}
