/**
 * gemini-cli as one of the clients: one headless run (`-p`) for each call.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import * as z from "zod";
import type { Client, ClientCall, ClientResponse } from "./client_call.ts";
import type { JavaScriptClients } from "./prepare.ts";
import { bareEnvironment, runTool } from "./run_tool.ts";

/**
 * `selectedType` is what makes a base URL from the environment work without a terminal; the rest keeps
 * the run from looking for updates and from reporting its usage, neither of which a test may do.
 */
const SETTINGS = {
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

/** What `--output-format json` prints. */
const outputSchema = z.object({
  response: z.string().optional(),
  stats: z.object({
    models: z.record(z.string(), z.object({ tokens: z.object({ total: z.number() }) })),
  }).optional(),
  error: z.object({ type: z.string(), message: z.string(), code: z.number().optional() })
    .optional(),
});

/** The settings of gemini-cli in Vertex mode. */
interface VertexMode {
  readonly authType: "vertex-ai";
  readonly env: Readonly<Record<string, string>>;
}

/** gemini-cli. It streams always, and what it does besides answering is its own affair. */
export class GeminiCliClient implements Client {
  readonly name = "@google/gemini-cli 0.61.0";
  readonly api = "gemini";
  readonly ops = new Set(["generate"] as const);
  readonly modes = [true];
  readonly needsTls = false;
  readonly isProgram = true;
  readonly #clients: JavaScriptClients;
  readonly #vertex: VertexMode | undefined;

  /** @param vertex How it finds Vertex AI. Default: it calls the Gemini API. */
  constructor(clients: JavaScriptClients, vertex?: VertexMode) {
    this.#clients = clients;
    this.#vertex = vertex;
  }

  /** An empty model leaves the choice to gemini-cli, which first asks a small model which to take. */
  async ask(call: ClientCall): Promise<ClientResponse> {
    const home = await Deno.makeTempDir({ prefix: "gemini-cli-" });
    try {
      return await this.#run(call, home);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #run(call: ClientCall, home: string): Promise<ClientResponse> {
    const workspace = `${home}/workspace`;
    await Deno.mkdir(workspace);
    await Deno.mkdir(`${home}/.gemini`);
    const selectedType = this.#vertex?.authType ?? "gemini-api-key";
    const settings = { ...SETTINGS, security: { auth: { selectedType } } };
    await Deno.writeTextFile(`${home}/.gemini/settings.json`, JSON.stringify(settings));
    let prompt = call.prompt;
    if (call.png !== undefined) {
      await Deno.writeFile(`${workspace}/image.png`, Buffer.from(call.png, "base64"));
      prompt += " @image.png";
    }
    const { stdout, stderr } = await runTool(this.#clients.node, {
      args: [
        `${this.#clients.folder}/node_modules/@google/gemini-cli/bundle/gemini.js`,
        ...["-p", prompt, "--output-format", "json"],
        ...(call.model === "" ? [] : ["-m", call.model]),
      ],
      cwd: workspace,
      env: {
        ...bareEnvironment(),
        HOME: home,
        TMPDIR: home,
        ...this.#vertex?.env ?? {
          GEMINI_API_KEY: call.apiKey,
          GOOGLE_GEMINI_BASE_URL: call.baseUrl,
        },
        GEMINI_CLI_TRUST_WORKSPACE: "true",
        // It would start itself a second time, for more memory; and each start compiles 20 MB.
        GEMINI_CLI_NO_RELAUNCH: "true",
        NODE_COMPILE_CACHE: this.#clients.compileCache,
      },
      timeoutMs: 120_000,
    });
    const output = outputSchema.safeParse(lastObject(stdout) ?? lastObject(stderr));
    if (!output.success) throw new Error(`gemini-cli printed no answer: ${stderr.slice(-2000)}`);
    return toResponse(output.data);
  }
}

function toResponse({ response, stats, error }: z.infer<typeof outputSchema>): ClientResponse {
  const totals = Object.values(stats?.models ?? {}).map((model) => model.tokens.total);
  return {
    text: response ?? "",
    chunks: 1,
    functionCalls: [],
    usageTotal: totals.reduce((sum, total) => sum + total, 0),
    error: error && { type: error.type, message: error.message, status: error.code },
  };
}

/** The pretty-printed JSON object that ends the text, if there is one. */
function lastObject(text: string): unknown {
  const start = text.lastIndexOf("\n{\n") + 1;
  try {
    return JSON.parse(text.slice(text.startsWith("{\n") && start === 0 ? 0 : start));
  } catch {
    return undefined;
  }
}
