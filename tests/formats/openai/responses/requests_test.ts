import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import { testContext } from "./operation_context.ts";
import { nativeOf, refusalOf, responseWith, WEATHER, wholeOf } from "./responses_calls.ts";

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

Deno.test("A name that every object has is no known type or size, and long values are cut short", () => {
  const long = "x".repeat(10_000);
  const cases: readonly [JsonObject, RegExp][] = [
    [{ input: [{ type: "constructor" }] }, /its type is not known$/],
    [{ tools: [{ type: "constructor" }] }, /its type is not known; use a function$/],
    [{ tools: [{ type: "image_generation", size: "constructor" }] }, /has to be auto or one of/],
    [{ input: [{ type: long }] }, /^.{1,200}$/],
    [{ tools: [{ type: long }] }, /^.{1,200}$/],
    [{ input: [{ type: "item_reference", id: long }] }, /^.{1,250}$/],
    [{ input: [{ type: "function_call_output", call_id: long, output: "" }] }, /^.{1,200}$/],
  ];
  for (const [body, message] of cases) assert.match(refusalOf(body).message, message);
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
  assert.match(warning ?? "", /googleSearch dropped/);
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
