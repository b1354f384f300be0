import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { checkEvents, eventsOf } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";
import { eventsFor, MODEL, nativeOf, responseWith, WEATHER, wholeOf } from "./responses_calls.ts";

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
  const events = eventsFor([
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
  const { output } = checkEvents(eventsFor([chunk], { tools }, context));
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
    const response = checkEvents(eventsFor([chunk]));
    assert.equal(response.status, status);
    assert.deepEqual(response.incomplete_details, details);
    assert.equal(response.error === null, status !== "failed");
  }
  const blocked = checkEvents(eventsFor([{ promptFeedback: { blockReason: "SAFETY" } }]));
  assert.deepEqual(blocked.incomplete_details, { reason: "content_filter" });
  assert.match(JSON.stringify(blocked.output), /"type":"refusal","refusal":"SAFETY"/);
});

Deno.test("A stream without chunks ends as it has to, and one that fails says why", () => {
  assert.equal(checkEvents(eventsFor([])).status, "completed");
  const { response } = OPENAI_RESPONSES.read(
    { model: MODEL, input: "hi", stream: true },
    testContext(),
  );
  if (response.type !== "stream") assert.fail();
  const translator = response.translator();
  const frames = translator.chunk({ candidates: [{ content: { parts: [{ text: "a" }] } }] }) +
    translator.error(new RpcError("RESOURCE_EXHAUSTED", "Slow down"));
  const events = eventsOf(frames);
  const error = { code: "rate_limit_exceeded", message: "Slow down" };
  assert.deepEqual(checkEvents(events).error, error);
  // Clients raise what they find in `error`.
  const { sequence_number: _, ...reported } = events.at(-2) ?? {};
  const told = { ...error, param: null };
  assert.deepEqual(reported, { type: "error", ...told, error: { type: error.code, ...told } });
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
  const { output } = checkEvents(eventsFor([chunk], { include, tools: [{ type: "web_search" }] }));
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
  const { output } = checkEvents(eventsFor([chunk], { include }));
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

Deno.test("The searches and the pages of all chunks are reported, each once", () => {
  const grounded = (query: string, url: string, endIndex: number) => ({
    webSearchQueries: [query],
    groundingChunks: [{ web: { uri: url, title: url } }],
    groundingSupports: [{ segment: { endIndex }, groundingChunkIndices: [0] }],
  });
  const chunks = [
    responseWith([{ text: "one " }], { groundingMetadata: grounded("a", "https://a", 3) }),
    responseWith([{ text: "two" }], { groundingMetadata: grounded("b", "https://b", 7) }),
    responseWith([], { groundingMetadata: grounded("b", "https://b", 7) }),
  ];
  const { output } = checkEvents(eventsFor(chunks, { tools: [{ type: "web_search" }] }));
  assert.ok(Array.isArray(output));
  const [first, message, second, ...others] = output;
  assert.deepEqual(first.action.queries, ["a"]);
  assert.deepEqual(second.action.queries, ["b"]);
  assert.equal(others.length, 0);
  const urls = message.content[0].annotations.map(({ url }: JsonObject) => url);
  assert.deepEqual(urls, ["https://a", "https://b"]);
});

Deno.test("Places and files are cited as pages are", () => {
  const groundingMetadata = {
    groundingChunks: [
      { maps: { uri: "https://maps", title: "Place" } },
      { retrievedContext: { uri: "https://file", title: "File" } },
    ],
    groundingSupports: [{ segment: { endIndex: 3 }, groundingChunkIndices: [0, 1] }],
  };
  const chunk = responseWith([{ text: "one" }], { groundingMetadata });
  const { output } = checkEvents(eventsFor([chunk], { tools: [{ type: "web_search" }] }));
  assert.ok(Array.isArray(output));
  const urls = output.at(-1).content[0].annotations.map(({ url }: JsonObject) => url);
  assert.deepEqual(urls, ["https://maps", "https://file"]);
});
