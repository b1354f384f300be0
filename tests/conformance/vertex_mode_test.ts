/**
 * Google's SDKs in Vertex mode: with a project and a bearer token, and in express mode with an API key. Each is
 * pointed at a gateway that asks for its key, with one account of each kind.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as z from "zod";
import { defined } from "../../src/base/defined.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { leaveOut } from "../support/left_out.ts";
import { GeminiCliClient } from "./gemini_cli_client.ts";
import { CLIENTS, prepareClients } from "./prepare.ts";
import { bareEnvironment, runTool } from "./run_tool.ts";

/** What a driver does; `place` is absent in express mode. */
interface VertexModeCase {
  readonly baseUrl: string;
  readonly key: string;
  readonly place?: { readonly project: string; readonly location: string };
  readonly models: Readonly<Record<"chat" | "embeds" | "predicts" | "videos", string>>;
}

/** What a driver found: what each call gave, or the status of its error. */
const resultSchema = z.object({
  generate: z.string(),
  stream: z.string(),
  count: z.number(),
  list: z.array(z.string()),
  get: z.string(),
  embed: z.array(z.number()),
  /** Whether each call for caches did what it should. */
  caches: z.object({
    got: z.literal(true),
    listed: z.literal(true),
    updated: z.literal(true),
    used: z.literal(true),
    gone: z.literal(true),
  }),
  predict: z.array(z.number()),
  video: z.string(),
});

/** An SDK, and the command that runs its driver. */
interface VertexModeClient {
  readonly name: string;
  readonly command: readonly [tool: string, ...args: string[]];
}

const KEY = "planted-key-of-the-gateway";
const FLASH = "gemini-2.5-flash";
const PLACE = { project: "any-project", location: "us-central1" } as const;

async function clients(folder: string): Promise<readonly VertexModeClient[]> {
  const { javascript, python, go, missing } = await prepareClients();
  for (const { name, reason } of missing) leaveOut(`Vertex mode of the ${name}`, { reason });
  const script = `${javascript?.folder}/vertex_mode.mjs`;
  return [
    ...(javascript === undefined ? [] : ["genai2", "genai3"].map((alias) => ({
      name: alias,
      command: [javascript.node, script, alias] as const,
    }))),
    ...(python === undefined ? [] : [
      { name: "google-genai", command: [python.current, `${CLIENTS}vertex_mode.py`] as const },
      { name: "google-genai 1", command: [python.genai1, `${CLIENTS}vertex_mode.py`] as const },
    ]),
    ...(go === undefined ? [] : [{ name: "genai of Go", command: [await built(folder)] as const }]),
  ];
}

/** The driver in Go, compiled. */
async function built(folder: string): Promise<string> {
  const binary = `${folder}/vertex_mode`;
  const args = ["build", "-o", binary, "./vertex_mode"];
  const { success, stderr } = await runTool("go", { args, cwd: `${CLIENTS}go` });
  assert.ok(success, stderr);
  return binary;
}

/** Runs a driver against a gateway with an account of a kind. */
async function check(
  [tool, ...args]: VertexModeClient["command"],
  { kind, place }: Pick<VertexModeCase, "place"> & { readonly kind: AccountKind },
): Promise<void> {
  await using gateway = await startEmulatedGateway({
    // Code Assist has no embeddings and no caches, so another account gets these.
    accounts: { one: kind, two: "vertex" },
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  const vertexCase: VertexModeCase = {
    baseUrl: gateway.url,
    key: KEY,
    ...defined({ place }),
    models: {
      chat: FLASH,
      embeds: "gemini-embedding-2",
      predicts: "text-embedding-005",
      videos: "veo-3.1-generate-preview",
    },
  };
  const input = JSON.stringify(vertexCase);
  const { stdout, stderr } = await runTool(tool, { args, env: bareEnvironment(), input });
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  assert.ok(line.startsWith("{"), stderr.slice(-2000));
  const result = resultSchema.parse(JSON.parse(line));
  assert.notEqual(result.generate, "");
  assert.notEqual(result.stream, "");
  assert.ok(result.count > 1, `${result.count}`);
  assert.ok(result.list.includes(`publishers/google/models/${FLASH}`), result.list.join());
  assert.equal(result.get, `publishers/google/models/${FLASH}`);
  assert.deepEqual(result.embed, [16]);
  assert.equal(result.predict.length, 1);
  assert.notEqual(result.video, "");
  assert.deepEqual(gateway.problems, []);
}

Deno.test("SDKs in Vertex mode are answered by every kind of account", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name, command } of await clients(folder)) {
      for (const kind of ACCOUNT_KINDS) {
        const how = `with a project, ${kind}`;
        await t.step(`${name}, ${how}`, () => check(command, { kind, place: PLACE }));
      }
      await t.step(`${name}, in express mode`, () => check(command, { kind: "gemini-api" }));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("gemini-cli in Vertex mode is answered", async () => {
  const { javascript } = await prepareClients();
  if (javascript === undefined) {
    leaveOut("gemini-cli in Vertex mode", { reason: "no JavaScript clients" });
    return;
  }
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  const client = new GeminiCliClient(javascript, {
    authType: "vertex-ai",
    env: {
      GOOGLE_GENAI_USE_VERTEXAI: "true",
      GOOGLE_VERTEX_BASE_URL: gateway.url,
      GOOGLE_API_KEY: KEY,
    },
  });
  const call = {
    op: "generate",
    baseUrl: gateway.url,
    apiKey: KEY,
    model: FLASH,
    pageSize: 1,
  } as const;
  const { text, error } = await client.ask({ ...call, prompt: "Say something", stream: true });
  assert.equal(error, undefined);
  assert.notEqual(text, "");
  assert.deepEqual(gateway.problems, []);
});
