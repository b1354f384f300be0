/**
 * Responses with `openai`: streams by its helper, which checks every event; functions without anything kept at the
 * server.
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

function inputOf(call) {
  const content = [{ type: "input_text", text: call.prompt }];
  if (call.png) {
    const image_url = `data:image/png;base64,${call.png}`;
    content.push({ type: "input_image", image_url, detail: "auto" });
  }
  if (call.pdf) {
    const file_data = `data:application/pdf;base64,${call.pdf}`;
    content.push({ type: "input_file", filename: "page.pdf", file_data });
  }
  return [{ role: "user", content }];
}

function requestOf(call) {
  const format = {
    type: "json_schema",
    name: "an_answer",
    strict: true,
    schema: objectSchema("answer"),
  };
  return {
    model: call.model,
    input: inputOf(call),
    ...(call.system === undefined ? {} : { instructions: call.system }),
    ...(call.schema ? { text: { format } } : {}),
    ...(call.op === "think"
      ? { reasoning: { effort: "low", summary: "auto" } }
      : {}),
  };
}

/** One response, streamed or whole. */
async function respond(request, { client, call, answer }) {
  if (!call.stream) return await client.responses.create(request);
  const stream = client.responses.stream(request);
  for await (const event of stream) {
    if (event.type === "response.output_text.delta") {
      noteText(event.delta, answer);
    }
  }
  return await stream.finalResponse();
}

function note(response, { call, answer }) {
  if (!call.stream) noteText(response.output_text, answer);
  const reasoning = response.output.filter(({ type }) => type === "reasoning");
  answer.thoughts = reasoning.flatMap(({ summary }) => summary).map((
    { text },
  ) => text).join("");
  if (response.error) throw new Error(response.error.message);
  noteFinish(response.incomplete_details?.reason ?? response.status, answer);
  answer.usageTotal = response.usage?.total_tokens;
}

async function generate(run) {
  note(await respond(requestOf(run.call), run), run);
}

/** What the driver can do. */
export const RESPONSES = {
  generate,
  think: generate,
  readDocument: generate,

  async tools(run) {
    const { call, answer } = run;
    const request = {
      ...requestOf(call),
      store: false,
      include: ["reasoning.encrypted_content"],
      tools: [{
        type: "function",
        name: WEATHER.name,
        description: WEATHER.description,
        parameters: WEATHER.schema,
        strict: true,
      }],
    };
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      answer.text = "";
      const response = await respond(request, run);
      const calls = response.output.filter(({ type }) =>
        type === "function_call"
      );
      if (calls.length === 0) return note(response, run);
      const results = calls.map(({ call_id, arguments: args }) => ({
        type: "function_call_output",
        call_id,
        output: callWeather(JSON.parse(args), answer),
      }));
      request.input = [...request.input, ...response.output, ...results];
    }
  },

  async continueResponse(run) {
    const first = await respond(requestOf(run.call), run);
    run.answer.text = "";
    run.answer.chunks = 0;
    const input = "And what did I say before?";
    const { model } = run.call;
    note(
      await respond({ model, input, previous_response_id: first.id }, run),
      run,
    );
  },

  async abort({ client, call, answer }) {
    const stream = client.responses.stream(requestOf(call));
    for await (const event of stream) {
      if (event.type !== "response.output_text.delta") continue;
      noteText(event.delta, answer);
      stream.abort();
    }
  },
};
