/**
 * Runs `@langchain/google-genai` for the conformance matrix. Each line of standard input is one call as
 * JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse` in
 * ../client_call.ts.
 *
 * @module
 */
import process from "node:process";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { ChatGoogleGenerativeAI, GoogleGenerativeAIEmbeddings } from "@langchain/google-genai";
import { serveCalls } from "./serve_calls.mjs";

/** The JSON schema of an object with one string in it. */
function objectSchema(field) {
  return { type: "object", properties: { [field]: { type: "string" } }, required: [field] };
}

const WEATHER = {
  name: "get_weather",
  description: "The weather in a city.",
  schema: objectSchema("city"),
};

/** The beginning of a conversation. */
function turnsOf(call) {
  const content = [{ type: "text", text: call.prompt }];
  if (call.png) content.push({ type: "image_url", image_url: `data:image/png;base64,${call.png}` });
  const system = call.system === undefined ? [] : [new SystemMessage(call.system)];
  return [...system, new HumanMessage({ content })];
}

/** One call; gives the model's turn, which for a stream is its joined chunks. */
async function ask(chat, turns, { call, answer }) {
  if (!call.stream) return note(await chat.invoke(turns), answer);
  let turn;
  for await (const chunk of await chat.stream(turns)) {
    note(chunk, answer);
    turn = turn?.concat(chunk) ?? chunk;
  }
  return turn;
}

/** Adds to the response what one whole response, or one chunk of a stream, says; gives it back. */
function note(message, answer) {
  const { finishReason, promptFeedback } = message.response_metadata;
  answer.text += message.text;
  answer.chunks++;
  answer.finishReason = finishReason ?? answer.finishReason;
  answer.blockReason = promptFeedback?.blockReason ?? answer.blockReason;
  answer.usageTotal = message.usage_metadata?.total_tokens ?? answer.usageTotal;
  return message;
}

function chatFor(call) {
  const { apiKey, baseUrl, model } = call;
  // It would try seven times what is exhausted for the day.
  return new ChatGoogleGenerativeAI({ apiKey, baseUrl, model, maxRetries: 0 });
}

const RUN = {
  async generate(call, answer) {
    const chat = chatFor(call);
    const asked = call.schema ? chat.withConfig({ responseSchema: objectSchema("answer") }) : chat;
    try {
      await ask(asked, turnsOf(call), { call, answer });
    } catch (error) {
      if (error.blockReason === undefined) throw error;
      answer.blockReason = error.blockReason;
    }
  },

  async tools(call, answer) {
    const chat = chatFor(call).bindTools([WEATHER]);
    const turns = turnsOf(call);
    const called = await ask(chat, turns, { call, answer });
    turns.push(called);
    for (const { name, args, id } of called.tool_calls) {
      answer.functionCalls.push({ name, args });
      turns.push(new ToolMessage({ content: "sunny", tool_call_id: id, name }));
    }
    answer.text = "";
    await ask(chat, turns, { call, answer });
  },

  async embed(call, answer) {
    const embeddings = new GoogleGenerativeAIEmbeddings({
      apiKey: call.apiKey,
      baseUrl: call.baseUrl,
      model: call.model,
      taskType: call.taskType,
      outputDimensionality: call.dimensions,
    });
    answer.embeddings = call.texts.length === 1
      ? [await embeddings.embedQuery(call.texts[0])]
      : await embeddings.embedDocuments(call.texts);
  },
};

// Where a stream breaks, the SDK rejects a promise as well that LangChain does not know.
process.on("unhandledRejection", () => {});

await serveCalls((call, answer) => RUN[call.op](call, answer));
