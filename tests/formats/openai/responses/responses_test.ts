import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import type { OperationContext } from "../../../../src/formats/operation.ts";
import { fieldOf } from "../../../../src/formats/shared/invalid_field.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { checkEvents, eventsOf } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";

const MODEL = "gemini-3-flash";

/** The native request for a request. */
function nativeOf(body: JsonObject, context: OperationContext = testContext()): JsonObject {
  const { calls: [call] } = OPENAI_RESPONSES.read({ model: MODEL, ...body }, context);
  return call?.body ?? assert.fail();
}

/** The object of a whole response. */
function wholeOf(
  response: JsonObject,
  body: JsonObject = {},
  context: OperationContext = testContext(),
): JsonObject {
  const reading = OPENAI_RESPONSES.read({ model: MODEL, input: "hi", ...body }, context);
  if (reading.response.type !== "whole") assert.fail();
  const written = reading.response.translate([response]);
  return "json" in written ? written.json : assert.fail();
}

/** The events of a stream of chunks. */
function streamOf(
  chunks: readonly JsonObject[],
  body: JsonObject = {},
  context: OperationContext = testContext(),
): JsonObject[] {
  const request = { model: MODEL, input: "hi", stream: true, ...body };
  const { response } = OPENAI_RESPONSES.read(request, context);
  if (response.type !== "stream") assert.fail();
  const translator = response.translator();
  return eventsOf(chunks.map((chunk) => translator.chunk(chunk)).join("") + translator.end());
}

function responseWith(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: "model", parts }, finishReason: "STOP", ...more }] };
}

function refusalOf(body: JsonObject): { field: string | undefined; message: string } {
  try {
    OPENAI_RESPONSES.read({ model: MODEL, input: "hi", ...body }, testContext());
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    assert.equal(error.status, "INVALID_ARGUMENT");
    return { field: fieldOf(error), message: error.message };
  }
  assert.fail("the request was not refused");
}

Deno.test("A text becomes a content of the user, and instructions those of the system", () => {
  assert.deepEqual(nativeOf({ input: "hello", instructions: "Be brief" }), {
    contents: [{ role: "user", parts: [{ text: "hello" }] }],
    systemInstruction: { parts: [{ text: "Be brief" }] },
  });
});

Deno.test("Items of all kinds of content become native parts", () => {
  const content = [
    { type: "input_text", text: "look" },
    { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "low" },
    { type: "input_image", image_url: "https://example.com/cat.webp" },
    { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" },
    { type: "input_file", file_url: "https://example.com/a.pdf" },
    { type: "input_file", file_id: "files/abc" },
    { type: "input_audio", input_audio: { data: "CCCC", format: "mp3" } },
  ];
  const { contents } = nativeOf({ input: [{ role: "user", content }] });
  assert.deepEqual(contents, [{
    role: "user",
    parts: [
      { text: "look" },
      {
        inlineData: { mimeType: "image/png", data: "AAAA" },
        mediaResolution: { level: "MEDIA_RESOLUTION_LOW" },
      },
      { fileData: { mimeType: "image/webp", fileUri: "https://example.com/cat.webp" } },
      { inlineData: { mimeType: "application/pdf", data: "BBBB" } },
      { fileData: { mimeType: "application/pdf", fileUri: "https://example.com/a.pdf" } },
      {
        fileData: {
          mimeType: "application/pdf",
          fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc",
        },
      },
      { inlineData: { mimeType: "audio/mpeg", data: "CCCC" } },
    ],
  }]);
});

Deno.test("Options become Google's", () => {
  const native = nativeOf({
    input: "hi",
    temperature: 0.5,
    top_p: 0.9,
    max_output_tokens: 100,
    top_logprobs: 3,
    reasoning: { effort: "low", summary: "auto" },
    text: { format: { type: "json_schema", name: "x", schema: { type: "object" }, strict: true } },
    service_tier: "flex",
    tool_choice: "auto",
    tools: null,
    background: false,
    conversation: null,
  });
  assert.deepEqual(native.generationConfig, {
    temperature: 0.5,
    topP: 0.9,
    maxOutputTokens: 100,
    thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true },
    responseLogprobs: true,
    logprobs: 3,
    responseMimeType: "application/json",
    responseJsonSchema: { type: "object" },
  });
  assert.equal(native.serviceTier, "flex");
});

Deno.test("What Gemini cannot do is refused, with the field", () => {
  const cases: readonly [JsonObject, string][] = [
    [{ unknown: 1 }, "unknown"],
    [{ background: true }, "background"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ prompt: { id: "p" } }, "prompt"],
    [{ moderation: { model: "m" } }, "moderation"],
    [{ background_options: {} }, "background_options"],
    [{ access_programs: {} }, "access_programs"],
    [{ input: 5 }, "input"],
    [{ input: [5] }, "input[0]"],
    [{ input: [{ role: "tool", content: "x" }] }, "input[0].role"],
    [{ input: [{ role: "user", content: [{ type: "x" }] }] }, "input[0].content[0].type"],
    [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0].id"],
    [{ input: [{ type: "compaction", encrypted_content: "x" }] }, "input[0].type"],
    [{ input: [{ type: "function_call_output", call_id: "x", output: "" }] }, "input[0].call_id"],
    [{ tools: [{ type: "file_search", vector_store_ids: [] }] }, "tools[0].type"],
    [{ tools: [{ type: "mcp", server_label: "x" }] }, "tools[0].type"],
    [{ tools: [{ type: "computer_use_preview" }] }, "tools[0].type"],
    [{ tools: [{ type: "function" }] }, "tools[0].name"],
    [
      { tools: [{ type: "web_search", filters: { allowed_domains: ["a"] } }] },
      "tools[0].filters.allowed_domains",
    ],
    [{ tools: [{ type: "code_interpreter", container: "cntr_1" }] }, "tools[0].container"],
    [{ tool_choice: { type: "function", name: "nope" } }, "tool_choice"],
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ include: "x" }, "include"],
    [{ temperature: "warm" }, "temperature"],
    [{ text: { format: { type: "xml" } } }, "text.format"],
    [{ reasoning: { effort: "much" } }, "reasoning.effort"],
    [{ model: 5 }, "model"],
  ];
  for (const [body, field] of cases) {
    assert.equal(refusalOf(body).field, field, JSON.stringify(body));
  }
  assert.equal(
    refusalOf({ previous_response_id: "resp_1" }).message,
    "Previous response with id 'resp_1' not found.",
  );
});

const WEATHER = {
  type: "function",
  name: "weather",
  description: "The weather",
  strict: true,
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

Deno.test("tool_choice has all its forms", () => {
  const tools = [WEATHER, { type: "custom", name: "patch" }];
  const cases: readonly [unknown, unknown][] = [
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
    [{ type: "function", name: "weather" }, { mode: "ANY", allowedFunctionNames: ["weather"] }],
    [{ type: "custom", name: "patch" }, { mode: "ANY", allowedFunctionNames: ["patch"] }],
    [
      { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "weather" }] },
      { mode: "VALIDATED", allowedFunctionNames: ["weather"] },
    ],
    [
      { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "weather" }] },
      { mode: "ANY", allowedFunctionNames: ["weather"] },
    ],
  ];
  for (const [choice, config] of cases) {
    const { toolConfig } = nativeOf({ input: "hi", tools, tool_choice: choice });
    assert.deepEqual(toolConfig, { functionCallingConfig: config }, JSON.stringify(choice));
  }
  assert.equal(nativeOf({ input: "hi", tools, tool_choice: "auto" }).toolConfig, undefined);
});

Deno.test("Tools of the client are declared as functions, and Google's as they are", () => {
  const native = nativeOf({
    input: "hi",
    tools: [
      WEATHER,
      {
        type: "custom",
        name: "patch",
        format: { type: "grammar", syntax: "lark", definition: "start: A" },
      },
      { type: "local_shell" },
      {
        type: "namespace",
        name: "crm",
        description: "CRM.",
        tools: [{ type: "function", name: "find" }],
      },
      { type: "web_search", external_web_access: true },
      { type: "code_interpreter", container: { type: "auto" } },
    ],
  });
  assert.ok(Array.isArray(native.tools));
  const [functions, ...others] = native.tools;
  const declarations: JsonObject[] = functions.functionDeclarations;
  assert.deepEqual(declarations.map(({ name }) => name), [
    "weather",
    "patch",
    "local_shell",
    "crm.find",
  ]);
  assert.deepEqual(declarations[0], {
    name: "weather",
    description: "The weather",
    parametersJsonSchema: WEATHER.parameters,
  });
  assert.match(JSON.stringify(declarations[1]), /follows this grammar \(lark\):\\nstart: A/);
  assert.equal(declarations[3]?.description, "CRM.");
  assert.deepEqual(others, [{ googleSearch: {} }, { codeExecution: {} }]);
  assert.deepEqual(native.toolConfig, { includeServerSideToolInvocations: true });
});

Deno.test("A model before Gemini 3 gets functions without Google's tools, and the client a warning", () => {
  const body = { model: "gemini-2.5-flash", input: "hi", tools: [WEATHER, { type: "web_search" }] };
  const { calls: [call], warning } = OPENAI_RESPONSES.read(body, testContext());
  assert.ok(Array.isArray(call?.body.tools));
  assert.equal(call.body.tools.length, 1);
  assert.match(warning ?? "", /googleSearch was left out/);
});

Deno.test("A call and its result come back with signature and id, each signature once", () => {
  const context = testContext();
  const model = "gemini-3.5-flash";
  const native = [
    {
      functionCall: { name: "weather", args: { city: "Oslo" }, id: "g1" },
      thoughtSignature: "c2ln",
    },
    { functionCall: { name: "weather", args: { city: "Rome" }, id: "g2" } },
  ];
  const first = wholeOf(responseWith(native), { model, tools: [WEATHER] }, context);
  assert.ok(Array.isArray(first.output));
  const calls: JsonObject[] = first.output;
  assert.deepEqual(calls.map(({ type, name, arguments: args }) => [type, name, args]), [
    ["function_call", "weather", '{"city":"Oslo"}'],
    ["function_call", "weather", '{"city":"Rome"}'],
  ]);
  const results = calls.map(({ call_id }) => ({
    type: "function_call_output",
    call_id,
    output: "sun",
  }));
  const user = { role: "user", content: "hi" };
  const expected = [
    { role: "user", parts: [{ text: "hi" }] },
    { role: "model", parts: native },
    {
      role: "user",
      parts: ["g1", "g2"].map((id) => ({
        functionResponse: { id, name: "weather", response: { result: "sun" } },
      })),
    },
  ];
  const together = [user, ...calls, ...results];
  assert.deepEqual(nativeOf({ model, input: together }, context).contents, expected);
  // Some clients write each result right after its call.
  const mixed = [user, calls[0], results[0], calls[1], results[1]];
  assert.deepEqual(nativeOf({ model, input: mixed }, context).contents, expected);
  const twice = JSON.stringify(nativeOf({ model, input: [...together, ...together] }, context));
  assert.equal(twice.split("c2ln").length, 2);
});

Deno.test("A stateless client carries signatures in encrypted_content", () => {
  const include = ["reasoning.encrypted_content"];
  const parts = [
    { text: "Thinking", thought: true },
    { text: "Let me see.", thoughtSignature: "dGV4dA==" },
    { functionCall: { name: "weather", args: {} }, thoughtSignature: "Y2FsbA==" },
  ];
  const first = wholeOf(responseWith(parts), { include, store: false, tools: [WEATHER] });
  assert.ok(Array.isArray(first.output));
  const types = first.output.map((item: JsonObject) => item.type);
  assert.deepEqual(types, ["reasoning", "message", "reasoning", "function_call"]);
  const call = first.output.at(-1);
  const output = { type: "function_call_output", call_id: call.call_id, output: "{}" };
  const input = [{ role: "user", content: "hi" }, ...first.output, output];
  // A gateway that keeps nothing gets all from the items.
  const { contents } = nativeOf({ input }, testContext());
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1], { role: "model", parts: parts.slice(1) });
  const foreign = [{ type: "reasoning", encrypted_content: "gAAAAAB", summary: [] }, {
    role: "user",
    content: "hi",
  }];
  assert.deepEqual(nativeOf({ input: foreign }).contents, [{
    role: "user",
    parts: [{ text: "hi" }],
  }]);
});

Deno.test("A signature that comes after a text is carried behind it", () => {
  const include = ["reasoning.encrypted_content"];
  const events = streamOf([
    { candidates: [{ content: { parts: [{ text: "Hel" }] } }] },
    { candidates: [{ content: { parts: [{ text: "lo" }] } }] },
    responseWith([{ text: "", thoughtSignature: "c2ln" }]),
  ], { include });
  const { output } = checkEvents(events);
  assert.ok(Array.isArray(output));
  assert.deepEqual(output.map((item: JsonObject) => item.type), ["message", "reasoning"]);
  const { contents } = nativeOf({ input: [{ role: "user", content: "hi" }, ...output] });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1], {
    role: "model",
    parts: [{ text: "Hello", thoughtSignature: "c2ln" }],
  });
});

Deno.test("Calls of each kind of tool come back as their items", () => {
  const tools = [
    { type: "custom", name: "patch" },
    { type: "local_shell" },
    { type: "shell", environment: { type: "local" } },
    { type: "apply_patch" },
    { type: "namespace", name: "crm", tools: [{ type: "function", name: "find" }] },
    {
      type: "tool_search",
      execution: "client",
      parameters: { type: "object", properties: { q: {} } },
    },
  ];
  const calls = [
    { name: "patch", args: { input: "*** Begin" } },
    { name: "local_shell", args: { command: ["ls"] } },
    { name: "shell", args: { commands: ["ls"] } },
    { name: "apply_patch", args: { type: "delete_file", path: "a" } },
    { name: "crm.find", args: { id: 1 } },
    { name: "tool_search", args: { q: "x" } },
  ];
  const context = testContext();
  const chunk = responseWith(calls.map((functionCall) => ({ functionCall })));
  const { output } = checkEvents(streamOf([chunk], { tools }, context));
  assert.ok(Array.isArray(output));
  const items = output.map(({ id: _, call_id: __, ...item }) => item);
  assert.deepEqual(items, [
    { type: "custom_tool_call", name: "patch", input: "*** Begin" },
    {
      type: "local_shell_call",
      status: "completed",
      action: { type: "exec", command: ["ls"], env: {} },
    },
    {
      type: "shell_call",
      status: "completed",
      action: { commands: ["ls"], timeout_ms: null, max_output_length: null },
    },
    {
      type: "apply_patch_call",
      status: "completed",
      operation: { type: "delete_file", path: "a" },
    },
    {
      type: "function_call",
      name: "find",
      namespace: "crm",
      status: "completed",
      arguments: '{"id":1}',
    },
    { type: "tool_search_call", status: "completed", execution: "client", arguments: { q: "x" } },
  ]);
  const results = output.map((item: JsonObject) => ({
    type: `${String(item.type).replace("tool_search_call", "tool_search")}_output`,
    call_id: item.call_id,
    output: "done",
    status: "completed",
  }));
  const { contents } = nativeOf({ tools, input: [...output, ...results] }, context);
  assert.ok(Array.isArray(contents));
  const named = contents.map(({ parts }) =>
    parts.map((part: JsonObject) => {
      const value = part.functionCall ?? part.functionResponse;
      return isJsonObject(value) ? value.name : undefined;
    })
  );
  const names = calls.map(({ name }) => name);
  assert.deepEqual(named, [names, names]);
  assert.deepEqual(contents[0].parts[0].functionCall.args, { input: "*** Begin" });
});

Deno.test("Results may have images, and models before Gemini 3 get them beside", () => {
  const input = [
    { type: "function_call", call_id: "c", name: "shot", arguments: "" },
    {
      type: "function_call_output",
      call_id: "c",
      output: [
        { type: "input_text", text: "a cat" },
        { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "high" },
      ],
    },
  ];
  const image = { inlineData: { mimeType: "image/png", data: "AAAA" } };
  const response = { name: "shot", response: { result: "a cat" } };
  const { contents: now } = nativeOf({ input });
  assert.deepEqual(Array.isArray(now) && now[1].parts, [
    { functionResponse: { ...response, parts: [image] } },
  ]);
  const { contents: before } = nativeOf({ model: "gemini-2.5-pro", input });
  assert.deepEqual(Array.isArray(before) && before[1].parts, [
    { functionResponse: response },
    image,
  ]);
});

Deno.test("A whole response has OpenAI's shape, with usage in details", () => {
  const response = {
    ...responseWith([{ text: "Hi" }, { text: " there" }]),
    usageMetadata: {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 7,
      totalTokenCount: 22,
    },
  };
  const whole = wholeOf(response, { metadata: { a: "b" }, instructions: "x" });
  assert.deepEqual(whole.usage, {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
    output_tokens: 12,
    output_tokens_details: { reasoning_tokens: 7 },
    total_tokens: 22,
  });
  assert.deepEqual(whole.metadata, { a: "b" });
  assert.equal(whole.status, "completed");
  assert.deepEqual(whole.output, [{
    id: "msg_0000000000000000000000000000",
    type: "message",
    status: "completed",
    content: [{ type: "output_text", annotations: [], logprobs: [], text: "Hi there" }],
    role: "assistant",
  }]);
});

Deno.test("Each way to end has its status", () => {
  const cases: readonly [string, string, unknown][] = [
    ["STOP", "completed", null],
    ["MAX_TOKENS", "incomplete", { reason: "max_output_tokens" }],
    ["SAFETY", "incomplete", { reason: "content_filter" }],
    ["MALFORMED_FUNCTION_CALL", "failed", null],
  ];
  for (const [finishReason, status, details] of cases) {
    const chunk = responseWith([{ text: "a" }], { finishReason });
    const response = checkEvents(streamOf([chunk]));
    assert.equal(response.status, status);
    assert.deepEqual(response.incomplete_details, details);
    assert.equal(response.error === null, status !== "failed");
  }
  const blocked = checkEvents(streamOf([{ promptFeedback: { blockReason: "SAFETY" } }]));
  assert.deepEqual(blocked.incomplete_details, { reason: "content_filter" });
  assert.match(JSON.stringify(blocked.output), /"type":"refusal","refusal":"SAFETY"/);
});

Deno.test("A stream without chunks ends as it has to, and one that fails says why", () => {
  assert.equal(checkEvents(streamOf([])).status, "completed");
  const { response } = OPENAI_RESPONSES.read(
    { model: MODEL, input: "hi", stream: true },
    testContext(),
  );
  if (response.type !== "stream") assert.fail();
  const translator = response.translator();
  const frames = translator.chunk({ candidates: [{ content: { parts: [{ text: "a" }] } }] }) +
    translator.error(new RpcError("RESOURCE_EXHAUSTED", "Slow down"));
  const failed = checkEvents(eventsOf(frames));
  assert.deepEqual(failed.error, { code: "rate_limit_exceeded", message: "Slow down" });
});

Deno.test("A search becomes an item, and its pages citations of the text in characters", () => {
  const groundingMetadata = {
    webSearchQueries: ["oslo weather"],
    groundingChunks: [{ web: { uri: "https://example.com", title: "Example" } }],
    groundingSupports: [{
      // "Ærlig" begins with two bytes.
      segment: { startIndex: 0, endIndex: 6, text: "Ærlig" },
      groundingChunkIndices: [0],
    }],
  };
  const chunk = responseWith([{ text: "Ærlig sun" }], { groundingMetadata });
  const include = ["web_search_call.action.sources"];
  const { output } = checkEvents(streamOf([chunk], { include, tools: [{ type: "web_search" }] }));
  assert.ok(Array.isArray(output));
  assert.deepEqual(output[0].action, {
    type: "search",
    query: "oslo weather",
    queries: ["oslo weather"],
    sources: [{ type: "url", url: "https://example.com" }],
  });
  assert.deepEqual(output[1].content[0].annotations, [{
    type: "url_citation",
    start_index: 0,
    end_index: 5,
    url: "https://example.com",
    title: "Example",
  }]);
});

Deno.test("Code that Google ran, images and log probabilities have their places", () => {
  const chunk = responseWith([
    { executableCode: { language: "PYTHON", code: "print(1)" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
    { text: "One" },
    { inlineData: { mimeType: "image/png", data: "AAAA" } },
  ], {
    logprobsResult: {
      chosenCandidates: [{ token: "One", logProbability: -0.1 }],
      topCandidates: [{ candidates: [{ token: "One", logProbability: -0.1 }] }],
    },
  });
  const include = ["code_interpreter_call.outputs", "message.output_text.logprobs"];
  const { output } = checkEvents(streamOf([chunk], { include }));
  assert.ok(Array.isArray(output));
  const one = { token: "One", bytes: [79, 110, 101], logprob: -0.1 };
  assert.deepEqual(output[0].outputs, [{ type: "logs", logs: "1\n" }]);
  assert.deepEqual(output[1].content[0].logprobs, [{ ...one, top_logprobs: [one] }]);
  assert.equal(output[2].result, "AAAA");
  const { contents } = nativeOf({ input: output });
  assert.ok(Array.isArray(contents));
  assert.equal(contents[0].parts.length, 4);
});

Deno.test("A kept exchange continues the conversation, with signatures and results of its calls", () => {
  const context = testContext();
  const parts = [
    { text: "thought", thought: true },
    { functionCall: { name: "weather", args: {} }, thoughtSignature: "c2ln" },
  ];
  const first = wholeOf(responseWith(parts), { tools: [WEATHER], instructions: "old" }, context);
  const [exchange] = [...context.exchanges.values()];
  assert.ok(exchange !== undefined && Array.isArray(first.output));
  const previousContents = exchange.contents;
  const next = nativeOf({
    previous_response_id: first.id,
    instructions: "new",
    input: [{ type: "function_call_output", call_id: first.output.at(-1).call_id, output: "sun" }],
  }, { ...testContext(), previousContents });
  assert.deepEqual(next.contents, [
    { role: "user", parts: [{ text: "hi" }] },
    { role: "model", parts: parts.slice(1) },
    {
      role: "user",
      parts: [{ functionResponse: { name: "weather", response: { result: "sun" } } }],
    },
  ]);
  assert.deepEqual(next.systemInstruction, { parts: [{ text: "new" }] });
  wholeOf(responseWith(parts), { store: false }, context);
  assert.equal(context.exchanges.size, 1);
});

Deno.test("A reference to an item of a kept response stands for the item", () => {
  const context = testContext();
  const parts = [
    { text: "thought", thought: true },
    { text: "Let me see." },
    { functionCall: { name: "weather", args: {} }, thoughtSignature: "c2ln" },
    { functionCall: { name: "weather", args: { day: 2 } } },
  ];
  const { id, output } = wholeOf(responseWith(parts), { tools: [WEATHER] }, context);
  assert.ok(Array.isArray(output));
  const exchange = context.exchanges.get(String(id));
  const named = output.map((item: JsonObject) => ({ type: "item_reference", id: item.id }));
  const results = output.slice(2).map(({ call_id }) => ({
    type: "function_call_output",
    call_id,
    output: "sun",
  }));
  const input = [{ role: "user", content: "hi" }, ...named, ...results];
  assert.deepEqual(OPENAI_RESPONSES.references?.({ input })?.responses, [id]);
  const keptContents = (responseId: string) => responseId === id ? exchange?.contents : undefined;
  const { contents } = nativeOf({ input }, { ...testContext(), keptContents });
  const functionResponse = { name: "weather", response: { result: "sun" } };
  assert.deepEqual(contents, [
    { role: "user", parts: [{ text: "hi" }] },
    { role: "model", parts: parts.slice(1) },
    { role: "user", parts: [{ functionResponse }, { functionResponse }] },
  ]);
});
