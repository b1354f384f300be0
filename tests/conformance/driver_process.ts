/**
 * An SDK in a process of its own, asked over standard input and output: starting Python or Node once
 * for the whole matrix is what keeps the matrix quick.
 *
 * @module
 */
import * as z from "zod";
import type { Client, ClientApi, ClientCall, ClientOp, ClientResponse } from "./client_call.ts";
import { AUTHORITY_FILE } from "../support/test_certificate.ts";
import { bareEnvironment } from "./run_tool.ts";

/** What a driver runs, and what its SDK can do. */
export interface DriverOptions {
  readonly name: string;
  readonly ops: readonly ClientOp[];
  /** Default: `gemini`. */
  readonly api?: ClientApi;
  /** Whether it takes Live sessions over TLS alone; default false. */
  readonly needsTls?: boolean;
  /** The interpreter. */
  readonly command: string;
  /** The driver and its arguments. */
  readonly args: readonly string[];
}

/**
 * How long an SDK may take for one call, in ms. google-generativeai retries 503 for ten minutes, so
 * without a limit a wrong status would look like a hang of the tests.
 */
const RESPONSE_MS = 120_000;

const resourceSchema = z.object({
  name: z.string(),
  uri: z.string().optional(),
  mimeType: z.string().optional(),
  sizeBytes: z.number().optional(),
  state: z.string().optional(),
  model: z.string().optional(),
  expireTime: z.string().optional(),
  results: z.string().optional(),
});

const responseSchema = z.object({
  text: z.string(),
  chunks: z.number(),
  functionCalls: z.array(z.object({ name: z.string(), args: z.record(z.string(), z.unknown()) })),
  thoughts: z.string().optional(),
  media: z.string().optional(),
  finishReason: z.string().optional(),
  blockReason: z.string().optional(),
  usageTotal: z.number().optional(),
  totalTokens: z.number().optional(),
  models: z.array(z.string()).optional(),
  embeddings: z.array(z.array(z.number())).optional(),
  resources: z.array(resourceSchema).optional(),
  interaction: z.object({
    id: z.string(),
    status: z.string(),
    events: z.array(z.string()),
  }).optional(),
  error: z.object({
    type: z.string(),
    message: z.string(),
    status: z.number().nullable().optional(),
  }).optional(),
});

/** A driver that runs. */
interface Running {
  readonly child: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array>;
  readonly output: ReadableStreamDefaultReader<string>;
  /** All that it writes to standard error. */
  readonly complaints: Promise<string>;
}

/** One driver. Its process starts with the first call and lives until {@linkcode DriverProcess.close}. */
export class DriverProcess implements Client {
  readonly name: string;
  readonly api: ClientApi;
  readonly ops: ReadonlySet<ClientOp>;
  readonly needsTls: boolean;
  readonly modes = [false, true];
  readonly isProgram = false;
  readonly #options: DriverOptions;
  #running: Running | undefined;
  #unread = "";

  constructor(options: DriverOptions) {
    this.name = options.name;
    this.api = options.api ?? "gemini";
    this.ops = new Set(options.ops);
    this.needsTls = options.needsTls ?? false;
    this.#options = options;
  }

  async ask(call: ClientCall): Promise<ClientResponse> {
    const running = this.#running ??= start(this.#options);
    const timer = setTimeout(() => running.child.kill("SIGKILL"), RESPONSE_MS);
    try {
      // A driver that died is found out below, where its last words are.
      await running.input.write(new TextEncoder().encode(JSON.stringify(call) + "\n")).catch(
        () => {},
      );
      return responseSchema.parse(JSON.parse(await this.#readLine(running)));
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    // A driver that died has closed its end already.
    await running.input.close().catch(() => {});
    await running.output.cancel();
    await running.complaints;
    await running.child.status;
  }

  async #readLine(running: Running): Promise<string> {
    let end = this.#unread.indexOf("\n");
    while (end < 0) {
      const { value, done } = await running.output.read();
      if (done) throw new Error(`The driver of ${this.name} ended: ${await lastWordsOf(running)}`);
      this.#unread += value;
      end = this.#unread.indexOf("\n");
    }
    const line = this.#unread.slice(0, end);
    this.#unread = this.#unread.slice(end + 1);
    return line;
  }
}

function start({ command, args }: DriverOptions): Running {
  const child = new Deno.Command(command, {
    args: [...args],
    // Where Python and Go look for authorities that they trust.
    env: {
      ...bareEnvironment(),
      SSL_CERT_FILE: AUTHORITY_FILE,
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
    },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return {
    child,
    input: child.stdin.getWriter(),
    output: child.stdout.pipeThrough(new TextDecoderStream()).getReader(),
    complaints: new Response(child.stderr).text(),
  };
}

/** What the driver last wrote to standard error; or that it took too long and was ended. */
async function lastWordsOf({ child, complaints }: Running): Promise<string> {
  const { signal } = await child.status;
  if (signal === "SIGKILL") return `it gave no answer within ${RESPONSE_MS} ms`;
  return (await complaints).slice(-2000);
}
