/**
 * Open WebUI 0.12.4, as its source sends: it is a server of many parts, so what stands here is its requests alone, of
 * `/models` and `/chat/completions`, with the members and the turns that it gives them.
 *
 * @module
 */
import * as z from "zod";
import type { Client, ClientCall, ClientError, ClientResponse } from "../client_call.ts";

const callSchema = z.object({
  index: z.number().optional(),
  id: z.string(),
  type: z.string().optional(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
type ToolCall = z.infer<typeof callSchema>;

const turnSchema = z.object({
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(callSchema).optional(),
});
const choiceSchema = z.object({
  message: turnSchema.optional(),
  delta: turnSchema.optional(),
  finish_reason: z.string().nullish(),
});
const completionSchema = z.object({
  choices: z.array(choiceSchema),
  usage: z.object({ total_tokens: z.number() }).nullish(),
});
const errorSchema = z.object({ error: z.object({ message: z.string() }) });
const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });
const argumentsSchema = z.record(z.string(), z.unknown());

/** A response in the making. */
type Draft = { -readonly [K in keyof ClientResponse]: ClientResponse[K] };
type Message = Readonly<Record<string, unknown>>;

const FINISH_REASONS: Readonly<Record<string, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  content_filter: "SAFETY",
};

const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

/** Open WebUI's requests. It has no state. */
export class OpenWebUiClient implements Client {
  readonly name = "Open WebUI 0.12.4, as recorded";
  readonly api = "chat";
  readonly ops = new Set(["generate", "tools", "models", "abort"] as const);
  readonly modes = [false, true];
  readonly needsTls = false;
  readonly isProgram = false;

  async ask(call: ClientCall): Promise<ClientResponse> {
    const draft: Draft = { text: "", chunks: 0, functionCalls: [] };
    try {
      await run(call, draft);
    } catch (error) {
      draft.error = error instanceof OpenWebUiError ? error.seen : {
        type: "Error",
        message: String(error),
      };
    }
    return draft;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class OpenWebUiError extends Error {
  readonly seen: ClientError;

  constructor(seen: ClientError) {
    super(seen.message);
    this.seen = seen;
  }
}

async function run(call: ClientCall, draft: Draft): Promise<void> {
  switch (call.op) {
    case "models":
      draft.models = modelsSchema.parse(await (await send(call, "/models")).json()).data
        .map(({ id }) => id);
      return;
    case "tools":
      return await converse(call, draft);
    default:
      await complete(call, draft, payloadOf(call, messagesOf(call)));
  }
}

function messagesOf(call: ClientCall): Message[] {
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${call.png}` } };
  const content = call.png === undefined
    ? call.prompt
    : [{ type: "text", text: call.prompt }, image];
  return [
    ...(call.system === undefined ? [] : [{ role: "system", content: call.system }]),
    { role: "user", content },
  ];
}

function payloadOf(call: ClientCall, messages: readonly Message[]): Record<string, unknown> {
  const schema = {
    type: "object",
    properties: { answer: { type: "string" } },
    required: ["answer"],
  };
  const json = { type: "json_schema", json_schema: { name: "an_answer", schema } };
  return {
    stream: call.stream,
    model: call.model,
    messages,
    ...(call.schema === true ? { response_format: json } : {}),
    ...(call.stream ? { stream_options: { include_usage: true } } : {}),
  };
}

/** As many turns as the model wants, at most five. Every turn after a call is streamed. */
async function converse(call: ClientCall, draft: Draft): Promise<void> {
  const messages = messagesOf(call);
  for (let turn = 0; turn < 5; turn++) {
    const asked = turn === 0 ? call : { ...call, stream: true };
    draft.text = "";
    const calls = await complete(asked, draft, { ...payloadOf(asked, messages), tools: [WEATHER] });
    if (calls.length === 0) return;
    messages.push({
      role: "assistant",
      content: draft.text,
      tool_calls: calls.map(({ id, function: called }) => ({
        id,
        type: "function",
        function: called,
      })),
    });
    for (const { id, function: { name, arguments: text } } of calls) {
      const args = argumentsSchema.parse(JSON.parse(text));
      draft.functionCalls = [...draft.functionCalls, { name, args }];
      const content = `It is sunny in ${args["city"]}.`;
      messages.push({ role: "tool", tool_call_id: id, content });
    }
  }
}

/** One completion; gives the calls of functions in it. */
async function complete(
  call: ClientCall,
  draft: Draft,
  payload: Readonly<Record<string, unknown>>,
): Promise<ToolCall[]> {
  const response = await send(call, "/chat/completions", payload);
  if (!call.stream) return note(completionSchema.parse(await response.json()), draft);
  const calls: ToolCall[] = [];
  for await (const data of dataOf(response)) {
    const failure = errorSchema.safeParse(data);
    if (failure.success) {
      throw new OpenWebUiError({ type: "Error", message: failure.data.error.message });
    }
    calls.push(...note(completionSchema.parse(data), draft));
    if (call.op === "abort" && draft.text !== "") return calls;
  }
  return calls;
}

function note({ choices, usage }: z.infer<typeof completionSchema>, draft: Draft): ToolCall[] {
  const [choice] = choices;
  const turn = choice?.message ?? choice?.delta;
  if (turn?.content) {
    draft.text += turn.content;
    draft.chunks++;
  }
  const reason = choice?.finish_reason;
  if (reason) draft.finishReason = FINISH_REASONS[reason] ?? reason;
  if (draft.finishReason === "SAFETY" && draft.text === "") draft.blockReason = "SAFETY";
  draft.usageTotal = usage?.total_tokens ?? draft.usageTotal;
  return turn?.tool_calls ?? [];
}

/** The data of a stream's events, to its `[DONE]`. A stream that is left early is cancelled. */
async function* dataOf(response: Response): AsyncGenerator<unknown> {
  let unread = "";
  if (response.body === null) return;
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (unread + text).split("\n");
    unread = lines.pop() ?? "";
    for (const line of lines) {
      const data = /^data: (.*)$/.exec(line)?.[1];
      if (data === "[DONE]") return;
      if (data !== undefined) yield JSON.parse(data);
    }
  }
  throw new OpenWebUiError({ type: "Error", message: "The stream ended without [DONE]" });
}

/** Sends a request; what is no success is raised. */
async function send(
  { apiKey, baseUrl }: ClientCall,
  path: string,
  payload?: unknown,
): Promise<Response> {
  const response = await fetch(`${baseUrl}/v1${path}`, {
    headers: {
      "authorization": `Bearer ${apiKey}`,
      ...(payload === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(payload === undefined ? {} : { method: "POST", body: JSON.stringify(payload) }),
  });
  if (response.ok) return response;
  const { status } = response;
  const text = await response.text();
  const { message } = errorSchema.parse(JSON.parse(text)).error;
  throw new OpenWebUiError({ type: "Error", message, status });
}
