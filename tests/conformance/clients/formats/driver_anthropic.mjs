/**
 * Runs `@anthropic-ai/sdk` for the conformance matrix. Each line of standard input is one call as JSON, each line of
 * standard output its response; the shapes are `ClientCall` and `ClientResponse` in ../../client_call.ts. Streams go by
 * its helper, which checks every event; functions by its runner of the beta API.
 *
 * @module
 */
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { serveCalls } from "../serve_calls.mjs";
import {
  callWeather,
  MOST_TURNS,
  noteFinish,
  noteText,
  objectSchema,
  WEATHER,
} from "./common.mjs";

function messagesOf(call) {
  const content = [{ type: "text", text: call.prompt }];
  if (call.png) {
    const source = { type: "base64", media_type: "image/png", data: call.png };
    content.push({ type: "image", source });
  }
  if (call.pdf) {
    const source = {
      type: "base64",
      media_type: "application/pdf",
      data: call.pdf,
    };
    content.push({ type: "document", source, title: "A page" });
  }
  return [{ role: "user", content }];
}

function requestOf(call) {
  const format = { type: "json_schema", schema: objectSchema("answer") };
  return {
    model: call.model,
    max_tokens: 4096,
    messages: messagesOf(call),
    ...(call.system === undefined ? {} : { system: call.system }),
    ...(call.schema ? { output_config: { format } } : {}),
    ...(call.op === "think"
      ? { thinking: { type: "enabled", budget_tokens: 1024 } }
      : {}),
  };
}

function note(message, { call, answer }) {
  const texts = message.content.filter(({ type }) => type === "text");
  if (!call.stream) noteText(texts.map(({ text }) => text).join(""), answer);
  const thoughts = message.content.filter(({ type }) => type === "thinking");
  answer.thoughts = thoughts.map(({ thinking }) => thinking).join("");
  noteFinish(message.stop_reason, answer);
  answer.usageTotal = message.usage.input_tokens + message.usage.output_tokens;
}

async function generate(run) {
  const { client, call, answer } = run;
  if (!call.stream) {
    return note(await client.messages.create(requestOf(call)), run);
  }
  const stream = client.messages.stream(requestOf(call));
  stream.on("text", (text) => noteText(text, answer));
  note(await stream.finalMessage(), run);
}

const RUN = {
  generate,
  think: generate,
  readDocument: generate,

  async tools({ client, call, answer }) {
    const tool = betaTool({
      name: WEATHER.name,
      description: WEATHER.description,
      inputSchema: WEATHER.schema,
      run: (args) => callWeather(args, answer),
    });
    const runner = client.beta.messages.toolRunner({
      ...requestOf(call),
      stream: call.stream,
      tools: [tool],
      max_iterations: MOST_TURNS,
    });
    const { content } = await runner.runUntilDone();
    noteText(content.map(({ text = "" }) => text).join(""), answer);
  },

  async abort({ client, call, answer }) {
    const stream = client.messages.stream(requestOf(call));
    stream.on("text", (text) => {
      noteText(text, answer);
      stream.abort();
    });
    await stream.done();
  },

  async count({ client, call, answer }) {
    const { model, messages } = requestOf(call);
    answer.totalTokens =
      (await client.messages.countTokens({ model, messages })).input_tokens;
  },

  async models({ client, call, answer }) {
    answer.models = [];
    for await (const { id } of client.models.list({ limit: 5 })) {
      answer.models.push(id);
    }
    const { id } = await client.models.retrieve(call.model);
    answer.models.push(id);
  },
};

await serveCalls(async (call, answer) => {
  const client = new Anthropic({ apiKey: call.apiKey, baseURL: call.baseUrl });
  await RUN[call.op]({ client, call, answer });
});
