/**
 * Runs `@langchain/openai` and `@langchain/anthropic` for the conformance matrix. Each line of standard input is one
 * call as JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse` in
 * ../../client_call.ts. The argument says which API it speaks: `chat`, `responses` or `messages`.
 *
 * @module
 */
import process from "node:process";
import {
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { serveCalls } from "../serve_calls.mjs";
import {
  callWeather,
  MOST_TURNS,
  noteFinish,
  noteText,
  objectSchema,
  WEATHER,
} from "./common.mjs";

const [, , api] = process.argv;
const isAnthropic = api === "messages";
const { ChatOpenAI, OpenAIEmbeddings } = isAnthropic
  ? {}
  : await import("@langchain/openai");
const { ChatAnthropic } = isAnthropic
  ? await import("@langchain/anthropic")
  : {};

// It would wait for longer than a test does.
const maxRetries = 0;

function chatFor(call) {
  const { apiKey, baseUrl, model } = call;
  if (isAnthropic) {
    const thinking = { type: "enabled", budget_tokens: 1024 };
    return new ChatAnthropic({
      apiKey,
      model,
      maxRetries,
      anthropicApiUrl: `${baseUrl}/anthropic`,
      ...(call.op === "think" ? { thinking, maxTokens: 4096 } : {}),
    });
  }
  return new ChatOpenAI({
    apiKey,
    model,
    maxRetries,
    configuration: { baseURL: `${baseUrl}/openai/v1` },
    useResponsesApi: api === "responses",
    // Its own `reasoning` reaches only models that it knows.
    ...(call.op === "think" ? { modelKwargs: { reasoning: { effort: "low", summary: "auto" } } } : {}),
  });
}

function turnsOf(call) {
  const content = [{ type: "text", text: call.prompt }];
  if (call.png) {
    content.push({ type: "image", mimeType: "image/png", data: call.png });
  }
  if (call.pdf) {
    const metadata = { filename: "page.pdf" };
    content.push({
      type: "file",
      mimeType: "application/pdf",
      data: call.pdf,
      metadata,
    });
  }
  const system = call.system === undefined
    ? []
    : [new SystemMessage(call.system)];
  return [...system, new HumanMessage({ contentBlocks: content })];
}

/** One call; gives the model's turn, which for a stream is its joined chunks. */
async function ask(chat, turns, { call, answer }) {
  let turn;
  if (call.stream) {
    for await (const chunk of await chat.stream(turns)) {
      noteText(chunk.text, answer);
      turn = turn?.concat(chunk) ?? chunk;
    }
  } else {
    turn = await chat.invoke(turns);
    noteText(turn.text, answer);
  }
  const { finish_reason, stop_reason, status, incomplete_details } =
    turn.response_metadata;
  const reason = finish_reason ?? stop_reason ??
    turn.additional_kwargs.stop_reason;
  noteFinish(reason ?? incomplete_details?.reason ?? status, answer);
  const thoughts = turn.contentBlocks.filter(({ type }) =>
    type === "reasoning"
  );
  answer.thoughts = thoughts.map(({ reasoning }) => reasoning).join("");
  answer.usageTotal = turn.usage_metadata?.total_tokens ?? answer.usageTotal;
  return turn;
}

async function generate(call, answer) {
  const chat = chatFor(call);
  if (!call.schema) return await ask(chat, turnsOf(call), { call, answer });
  const shaped = chat.withStructuredOutput(objectSchema("answer"), {
    name: "an_answer",
    method: "jsonSchema",
  });
  answer.text = JSON.stringify(await shaped.invoke(turnsOf(call)));
}

const RUN = {
  generate,
  think: generate,
  readDocument: generate,

  async tools(call, answer) {
    const chat = chatFor(call).bindTools([WEATHER]);
    const turns = turnsOf(call);
    for (let nth = 0; nth < MOST_TURNS; nth++) {
      answer.text = "";
      const turn = await ask(chat, turns, { call, answer });
      if (turn.tool_calls.length === 0) return;
      turns.push(turn);
      for (const { args, id, name } of turn.tool_calls) {
        turns.push(
          new ToolMessage({
            content: callWeather(args, answer),
            tool_call_id: id,
            name,
          }),
        );
      }
    }
  },

  async abort(call, answer) {
    const aborting = new AbortController();
    const stream = await chatFor(call).stream(turnsOf(call), {
      signal: aborting.signal,
    });
    for await (const chunk of stream) {
      noteText(chunk.text, answer);
      if (answer.text !== "") aborting.abort();
    }
  },

  async embed(call, answer) {
    const embeddings = new OpenAIEmbeddings({
      apiKey: call.apiKey,
      model: call.model,
      maxRetries,
      configuration: { baseURL: `${call.baseUrl}/openai/v1` },
      dimensions: call.dimensions,
    });
    answer.embeddings = call.texts.length === 1
      ? [await embeddings.embedQuery(call.texts[0])]
      : await embeddings.embedDocuments(call.texts);
  },
};

// Where a stream breaks, the SDK rejects a promise as well that LangChain does not know.
process.on("unhandledRejection", () => {});

await serveCalls((call, answer) => RUN[call.op](call, answer));
