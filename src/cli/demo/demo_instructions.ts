/**
 * What the demo prints when it listens: what it is, and commands to paste.
 *
 * @module
 */
import ms from "ms";
import { EXHAUSTED_MS, LOCATION, POOL, type Spares } from "./demo_accounts.ts";
import { ownCommand } from "./own_command.ts";

const MODEL = "gemini-2.5-flash";

/** What the commands contain. */
export interface DemoPlaces {
  /** The gateway's address. */
  readonly url: string;
  /** How clients come to trust its certificate; undefined without TLS. */
  readonly trust?: string | undefined;
  /** The demo's data folder. */
  readonly folder: string;
  /** The emulator's address. */
  readonly google: string;
  /** Undefined where commands would use a store of the user's. */
  readonly spares: Spares | undefined;
}

/** Returns the text. */
export function demoInstructions({ url, trust, folder, google, spares }: DemoPlaces): string {
  const command = ownCommand();
  const { "gemini-api": home, vertex, "code-assist": work } = POOL;
  return `Pollux listens on ${url}${trust === undefined ? "" : `\n${trust}`}

This is a demo: an emulator inside makes up every response, not Google.
It has three accounts: ${home} (gemini-api), ${vertex} (vertex) and ${work} (code-assist). Every second
request to ${home} finds its quota exhausted for ${
    ms(EXHAUSTED_MS, { long: true })
  }, and goes to another account.
Paste one of these into another terminal, and watch a line for each request here:

  for n in 1 2 3 4 5 6; do curl ${url}/v1beta/models/${MODEL}:generateContent \\
    -d '{"contents": [{"parts": [{"text": "'$n': Hello, Pollux!"}]}]}'; done

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

Clients of OpenAI's API use the base URL ${url}/v1, and those of Anthropic's ${url}:

  curl ${url}/v1/chat/completions -H "content-type: application/json" \\
    -d '{"model": "${MODEL}", "messages": [{"role": "user", "content": "Hello, Pollux!"}]}'

A file stays with the account that it was uploaded through, and requests that name it go there:

  python3 -c '
import io
from google import genai
client = genai.Client(api_key="any", http_options={"base_url": "${url}"})
file = client.files.upload(file=io.BytesIO(b"Hello"), config={"mime_type": "text/plain"})
print(client.models.generate_content(model="gemini-2.5-pro", contents=["Hello, Pollux!", file]).text)'
${
    command === undefined
      ? ""
      : `\nIn the other terminal, define pollux first:\n\n  pollux() { ${command} "$@"; }\n`
  }
Point an agent at this demo, here Claude Code, and undo it:

  pollux connect claude-code --url ${url}

  pollux disconnect claude-code

Open the page, which shows requests, accounts, keys and usage; this prints its address:

  pollux ui --data-dir "${folder}"

Watch the accounts in a terminal:

  pollux status --watch --data-dir "${folder}"
${spares === undefined ? SHARED_STORE : rehearsal({ google, folder, spares })}
Stop it with Ctrl+C. It keeps nothing.`;
}

const SHARED_STORE = `
Your settings name a shared store, so commands that add accounts would add them there.
`;

function rehearsal(
  { google, folder, spares }: {
    readonly google: string;
    readonly folder: string;
    readonly spares: Spares;
  },
): string {
  const { key, serviceAccount, user, dataDir } = spares;
  const where = `--base-url ${google} --data-dir "${dataDir}"`;
  return `
Rehearse the real commands, with other accounts of the emulator and a data folder of their own:

  pollux accounts add gemini-api my-key --key-file "${key}" ${where}

  pollux accounts add vertex my-cloud --credentials "${serviceAccount}" --location ${LOCATION} ${where}

  pollux accounts add code-assist my-work --credentials "${user}" --yes ${where}

  pollux serve --port 0 --data-dir "${dataDir}"

With --data-dir "${folder}" they join this demo instead.
`;
}
