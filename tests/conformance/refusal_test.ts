/**
 * Clients that are refused while they still send. Each client sends its whole body, or stops, in its own
 * way; each has to read the status.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { CLIENTS, prepareClients } from "./prepare.ts";
import { runTool, type ToolResult } from "./run_tool.ts";
import { type Lack, leaveOut } from "../support/left_out.ts";

/** A body that is refused; the drivers in clients/refused.* read it. */
interface RefusedCase {
  readonly base: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly mebibytes: number;
  readonly count: number;
}

/** A client, and how it is run; a reason instead where this machine lacks it. */
interface RefusedClient {
  readonly name: string;
  readonly command: readonly [tool: string, ...args: string[]] | undefined;
  readonly lack: Lack;
}

const CALL = "/v1beta/models/gemini-2.5-flash:generateContent";
const KEY = "key-of-the-gateway";
const LIMIT_BYTES = 512 * 1024;

/** What makes the gateway refuse; the SDK adds its own path to `base`. */
const REFUSALS: readonly (readonly [
  status: number,
  change: { readonly base?: string; readonly headers?: Readonly<Record<string, string>> },
])[] = [
  [401, { headers: { "x-goog-api-key": "wrong" } }],
  [403, { headers: { "origin": "http://evil.example" } }],
  [404, { base: "/nowhere" }],
  [413, {}],
  [400, { base: "/%ff" }],
];

/** How often each client tries each refusal, by the size of the body: 20 times in all. */
const SIZES: readonly { readonly mebibytes: number; readonly count: number }[] = [
  { mebibytes: 1, count: 8 },
  { mebibytes: 1, count: 7 },
  { mebibytes: 12, count: 4 },
  { mebibytes: 100, count: 1 },
];

async function clients(folder: string): Promise<readonly RefusedClient[]> {
  const { javascript, missing } = await prepareClients();
  const binary = `${folder}/refused`;
  const built = await runTool("go", { args: ["build", "-o", binary, `${CLIENTS}refused.go`] });
  const python = await runTool("python3", { args: ["--version"] });
  const script = `${javascript?.folder}/refused.mjs`;
  const node = (way: string) => javascript && ([javascript.node, script, way] as const);
  const noNode = { reason: missing.map(({ reason }) => reason).join("; ") };
  return [
    { name: "fetch of Node (undici)", command: node("fetch"), lack: noNode },
    { name: "node:http", command: node("http"), lack: noNode },
    { name: "@google/genai", command: node("genai"), lack: noNode },
    { name: "net/http of Go", command: built.success ? [binary] : undefined, lack: noGo(built) },
    {
      name: "http.client of Python",
      command: python.success ? ["python3", `${CLIENTS}refused.py`] : undefined,
      lack: { reason: "no python3 on the PATH" },
    },
  ];
}

/** Not every machine that checks changes has Go. */
function noGo({ stderr }: ToolResult): Lack {
  return { reason: `no Go that compiles it: ${stderr.split("\n")[0]}`, isExcused: true };
}

/** With what a client asks whether to send its body. */
const ASKING = { "expect": "100-continue" };

/** How many cases there were so far. */
let caseCount = 0;

/** Each case has an address of its own, since many wrong keys from one get 429. */
function casesFor(
  url: string,
  more: Readonly<Record<string, string>> = {},
): readonly (RefusedCase & { readonly status: number })[] {
  return SIZES.flatMap((size) =>
    REFUSALS.map(([status, { base = "", headers = {} }]) => ({
      status,
      base: `${url}${base}`,
      path: CALL,
      headers: {
        "x-goog-api-key": KEY,
        "content-type": "application/json",
        "x-forwarded-for": `203.0.113.${++caseCount}`,
        ...headers,
        ...more,
      },
      ...size,
    }))
  );
}

Deno.test("A client reads why it is refused while it sends 1 to 100 MiB: 20 of 20 for each status", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    await using gateway = await startEmulatedGateway({
      settings: {
        auth: { mode: "strict", apiKey: KEY },
        server: { maxBodyBytes: LIMIT_BYTES, trustedProxies: ["127.0.0.1"] },
      },
    });
    for (const { name, command, lack } of await clients(folder)) {
      if (command === undefined) leaveOut(`what ${name} reads when it is refused`, lack);
      else {
        await t.step(name, async () => {
          const [tool, ...args] = command;
          const cases = casesFor(gateway.url);
          const expected = cases.map(({ status, count }) => Array(count).fill(status));
          const input = JSON.stringify(cases);
          const { stdout, stderr } = await runTool(tool, { args, input });
          assert.deepEqual(JSON.parse(stdout), expected, stderr);
        });
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Tries a case once with curl, which sends what `file` holds. */
async function curlStatus(
  { base, path, headers }: RefusedCase,
  file: string,
): Promise<number | string> {
  const named = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const { success, stdout, stderr } = await runTool("curl", {
    args: ["-sS", "-w", "\n%{http_code}", ...named, "--data-binary", `@${file}`, `${base}${path}`],
  });
  if (!success) return stderr;
  const [status = "", ...lines] = stdout.split("\n").reverse();
  JSON.parse(lines.reverse().join("\n"));
  return Number(status);
}

Deno.test("A client that asks whether to send reads why it is refused: 20 of 20 for each status", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    await using gateway = await startEmulatedGateway({
      settings: {
        auth: { mode: "strict", apiKey: KEY },
        server: { maxBodyBytes: LIMIT_BYTES, trustedProxies: ["127.0.0.1"] },
      },
    });
    const binary = `${folder}/refused`;
    const built = await runTool("go", { args: ["build", "-o", binary, `${CLIENTS}refused.go`] });
    if (!built.success) leaveOut("net/http of Go that asks whether to send", noGo(built));
    else {
      await t.step("net/http of Go", async () => {
        const cases = casesFor(gateway.url, ASKING);
        const expected = cases.map(({ status, count }) => Array(count).fill(status));
        const { stdout, stderr } = await runTool(binary, {
          args: [],
          input: JSON.stringify(cases),
        });
        assert.deepEqual(JSON.parse(stdout), expected, stderr);
      });
    }
    const curl = await runTool("curl", { args: ["--version"] });
    if (!curl.success) {
      leaveOut("curl that asks whether to send", { reason: "no curl on the PATH" });
    } else {
      await t.step("curl", async () => {
        const cases = casesFor(gateway.url, ASKING);
        const expected = cases.map(({ status, count }) => Array(count).fill(status));
        const statuses: (number | string)[][] = [];
        for (const refused of cases) {
          const file = `${folder}/body`;
          await Deno.writeFile(file, new Uint8Array(refused.mebibytes * 1024 * 1024));
          const seen: (number | string)[] = [];
          for (let nth = 0; nth < refused.count; nth++) seen.push(await curlStatus(refused, file));
          statuses.push(seen);
        }
        assert.deepEqual(statuses, expected);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
