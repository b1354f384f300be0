/**
 * Chat completions with `openai`: streams by its helper, which checks every chunk; functions by its runner.
 *
 * @module
 */
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
    content.push({
      type: "image_url",
      image_url: { url: `data:image/png;base64,${call.png}` },
    });
  }
  if (call.pdf) {
    const file_data = `data:application/pdf;base64,${call.pdf}`;
    content.push({ type: "file", file: { filename: "page.pdf", file_data } });
  }
  const system = call.system === undefined
    ? []
    : [{ role: "developer", content: call.system }];
  return [...system, { role: "user", content }];
}

function requestOf(call) {
  const schema = {
    name: "an_answer",
    strict: true,
    schema: objectSchema("answer"),
  };
  return {
    model: call.model,
    messages: messagesOf(call),
    ...(call.schema
      ? { response_format: { type: "json_schema", json_schema: schema } }
      : {}),
    ...(call.op === "think" ? { reasoning_effort: "low" } : {}),
    ...(call.stream ? { stream_options: { include_usage: true } } : {}),
  };
}

/** One completion, streamed or whole. */
async function complete({ client, call, answer }) {
  if (!call.stream) {
    return await client.chat.completions.create(requestOf(call));
  }
  const stream = client.chat.completions.stream(requestOf(call));
  for await (const { choices: [choice] } of stream) {
    noteText(choice?.delta.content, answer);
    if (choice?.delta.reasoning_content) {
      answer.thoughts += choice.delta.reasoning_content;
    }
  }
  return await stream.finalChatCompletion();
}

async function generate(run) {
  const { call, answer } = run;
  answer.thoughts = "";
  const { choices: [{ message, finish_reason }], usage } = await complete(run);
  if (!call.stream) {
    noteText(message.content, answer);
    answer.thoughts = message.reasoning_content ?? "";
  }
  noteFinish(finish_reason, answer);
  answer.usageTotal = usage.total_tokens;
}

/** What the driver can do. */
export const CHAT = {
  generate,
  think: generate,
  readDocument: generate,

  async tools({ client, call, answer }) {
    const runner = client.chat.completions.runTools({
      ...requestOf(call),
      stream: call.stream,
      tools: [{
        type: "function",
        function: {
          name: WEATHER.name,
          description: WEATHER.description,
          parameters: WEATHER.schema,
          parse: JSON.parse,
          function: (args) => callWeather(args, answer),
        },
      }],
    }, { maxChatCompletions: MOST_TURNS });
    answer.text = await runner.finalContent();
    answer.chunks = 1;
  },

  async abort({ client, call, answer }) {
    const stream = client.chat.completions.stream(requestOf(call));
    for await (const { choices: [choice] } of stream) {
      noteText(choice?.delta.content, answer);
      if (answer.text !== "") stream.abort();
    }
  },
};
