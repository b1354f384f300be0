/**
 * curl as one of the clients. Its bodies are spelled as Google's REST examples spell them, in
 * snake_case, which no SDK does.
 *
 * @module
 */
import * as z from "zod";
import type { Client, ClientCall, ClientError, ClientResponse } from "./client_call.ts";
import { curl } from "./curl.ts";

const responseSchema = z.object({
  candidates: z.array(z.object({
    content: z.object({
      parts: z.array(z.looseObject({
        text: z.string().optional(),
        thought: z.boolean().optional(),
        functionCall: z.looseObject({
          name: z.string(),
          args: z.record(z.string(), z.unknown()),
        }).optional(),
      })),
    }).optional(),
    finishReason: z.string().optional(),
  })).optional(),
  promptFeedback: z.object({ blockReason: z.string() }).optional(),
  usageMetadata: z.object({ totalTokenCount: z.number() }).optional(),
});
const errorSchema = z.object({ error: z.object({ code: z.number(), message: z.string() }) });
const modelSchema = z.object({ name: z.string() });
const pageSchema = z.object({
  models: z.array(modelSchema),
  nextPageToken: z.string().optional(),
});
const countSchema = z.object({ totalTokens: z.number() });
const vectorSchema = z.object({ values: z.array(z.number()) });
const embeddingSchema = z.object({ embedding: vectorSchema });
const embeddingsSchema = z.object({ embeddings: z.array(vectorSchema) });

/** A response in the making. */
type Draft = { -readonly [K in keyof ClientResponse]: ClientResponse[K] };

const WEATHER = {
  name: "get_weather",
  description: "The weather in a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const RESPONSE = {
  response_mime_type: "application/json",
  response_schema: {
    type: "object",
    properties: { answer: { type: "string" } },
    required: ["answer"],
  },
};

/** curl, which has no state. */
export class CurlClient implements Client {
  readonly name = "curl";
  readonly api = "gemini";
  readonly ops = new Set(["generate", "tools", "count", "list", "get", "embed"] as const);
  readonly modes = [false, true];
  readonly needsTls = false;
  readonly isProgram = false;

  async ask(call: ClientCall): Promise<ClientResponse> {
    const draft: Draft = { text: "", chunks: 0, functionCalls: [] };
    try {
      await run(call, draft);
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      draft.error = error.seen;
    }
    return draft;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What curl's user sees as a failure: an error body, an error in the stream, a broken transfer. */
class CurlError extends Error {
  readonly seen: ClientError;

  constructor(seen: ClientError) {
    super(seen.message);
    this.seen = seen;
  }
}

async function run(call: ClientCall, draft: Draft): Promise<void> {
  const question = { contents: [userTurn(call)] };
  const model = `models/${call.model}`;
  switch (call.op) {
    case "generate":
      await generate(call, draft, { ...question, ...settings(call) });
      break;
    case "tools":
      await converse(call, draft);
      break;
    case "count": {
      const counted = await request(call, `${model}:countTokens`, question);
      draft.totalTokens = countSchema.parse(JSON.parse(counted)).totalTokens;
      break;
    }
    case "list":
      draft.models = await listModels(call);
      break;
    case "get":
      draft.models = [modelSchema.parse(JSON.parse(await request(call, model))).name];
      break;
    case "embed":
      draft.embeddings = (await embed(call, model)).map(({ values }) => values);
  }
}

function userTurn(call: ClientCall): Record<string, unknown> {
  const image = { inline_data: { mime_type: "image/png", data: call.png } };
  return {
    role: "user",
    parts: [{ text: call.prompt }, ...(call.png === undefined ? [] : [image])],
  };
}

function settings(call: ClientCall): Record<string, unknown> {
  const system = { system_instruction: { parts: [{ text: call.system }] } };
  return {
    ...(call.system === undefined ? {} : system),
    ...(call.schema === true ? { generation_config: RESPONSE } : {}),
  };
}

/** Two turns: the model calls the function, and gets what it gave. */
async function converse(call: ClientCall, draft: Draft): Promise<void> {
  const tools = [{ function_declarations: [WEATHER] }];
  const contents = [userTurn(call)];
  const parts = await generate(call, draft, { contents, tools });
  const name = draft.functionCalls[0]?.name;
  const result = { function_response: { name, response: { weather: "sunny" } } };
  contents.push({ role: "model", parts }, { role: "user", parts: [result] });
  draft.text = "";
  await generate(call, draft, { contents, tools });
}

/** One call; gives the model's parts as they came, for the conversation to go on with. */
async function generate(
  call: ClientCall,
  draft: Draft,
  body: Readonly<Record<string, unknown>>,
): Promise<unknown[]> {
  const model = `models/${call.model}`;
  if (!call.stream) {
    return note(draft, JSON.parse(await request(call, `${model}:generateContent`, body)));
  }
  const reply = await request(call, `${model}:streamGenerateContent?alt=sse`, body);
  const parts: unknown[] = [];
  for (const event of reply.split(/\r?\n\r?\n/)) {
    if (event === "") continue;
    if (!event.startsWith("data: ")) throw new CurlError({ type: "bad event", message: event });
    const data: unknown = JSON.parse(event.slice("data: ".length));
    throwError(data);
    parts.push(...note(draft, data));
  }
  return parts;
}

/** The vectors of the texts. */
async function embed(
  { texts = [], taskType, dimensions, ...call }: ClientCall,
  model: string,
): Promise<readonly z.infer<typeof vectorSchema>[]> {
  const requests = texts.map((text) => ({
    model,
    content: { parts: [{ text }] },
    task_type: taskType,
    output_dimensionality: dimensions,
  }));
  if (requests.length > 1) {
    const reply = await request(call, `${model}:batchEmbedContents`, { requests });
    return embeddingsSchema.parse(JSON.parse(reply)).embeddings;
  }
  const reply = await request(call, `${model}:embedContent`, requests[0]);
  return [embeddingSchema.parse(JSON.parse(reply)).embedding];
}

/** Adds to the response what one response, or one event of a stream, says; gives its parts. */
function note(draft: Draft, value: unknown): unknown[] {
  const response = responseSchema.parse(value);
  const candidate = response.candidates?.[0];
  const parts = candidate?.content?.parts ?? [];
  draft.chunks++;
  for (const part of parts) {
    if (part.text !== undefined && part.thought !== true) draft.text += part.text;
    if (part.functionCall) draft.functionCalls = [...draft.functionCalls, part.functionCall];
  }
  draft.finishReason = candidate?.finishReason ?? draft.finishReason;
  draft.blockReason = response.promptFeedback?.blockReason ?? draft.blockReason;
  draft.usageTotal = response.usageMetadata?.totalTokenCount ?? draft.usageTotal;
  return parts;
}

async function listModels(call: ClientCall): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined = "";
  while (token !== undefined) {
    const query: string = `pageSize=${call.pageSize}&pageToken=${encodeURIComponent(token)}`;
    const page = pageSchema.parse(JSON.parse(await request(call, `models?${query}`)));
    names.push(...page.models.map((model) => model.name));
    token = page.nextPageToken;
  }
  return names;
}

/** The body of a good answer. */
async function request(call: ClientCall, path: string, body?: unknown): Promise<string> {
  const headers = call.apiKey === "" ? [] : [`x-goog-api-key: ${call.apiKey}`];
  const reply = await curl(`${call.baseUrl}/v1beta/${path}`, { headers, body });
  if (reply.status !== 200) throwError(JSON.parse(reply.body));
  if (reply.failure !== undefined) throw new CurlError({ type: "curl", message: reply.failure });
  return reply.body;
}

function throwError(body: unknown): void {
  const { data } = errorSchema.safeParse(body);
  if (data === undefined) return;
  const { code, message } = data.error;
  throw new CurlError({ type: "google.rpc", message, status: code });
}
