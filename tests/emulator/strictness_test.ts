import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { callWithKey, HELLO } from "./calls.ts";

const TURN = HELLO.contents;
const UNKNOWN = "Invalid JSON payload received. Unknown name";

function withTool(declaration: unknown): unknown {
  return { contents: TURN, tools: [{ functionDeclarations: [declaration] }] };
}

/** What is refused on generativelanguage: name, body, message (or its beginning). */
const REFUSED: readonly [string, unknown, string][] = [
  ["an unknown field", { ...HELLO, foo: 1 }, `${UNKNOWN} "foo": Cannot find field.`],
  [
    "an unknown field of a part",
    { contents: [{ parts: [{ text: "a", x: 1 }] }] },
    `${UNKNOWN} "x" at 'contents[0].parts[0]': Cannot find field.`,
  ],
  [
    "$schema in parameters",
    withTool({ name: "f", parameters: { $schema: "x", type: "OBJECT" } }),
    `${UNKNOWN} "$schema" at 'tools[0].function_declarations[0].parameters': Cannot find field.`,
  ],
  [
    "additionalProperties below a property",
    withTool({
      name: "f",
      parameters: { type: "OBJECT", properties: { a: { additionalProperties: false } } },
    }),
    `${UNKNOWN} "additionalProperties" at ` +
    `'tools[0].function_declarations[0].parameters.properties[0].value': Cannot find field.`,
  ],
  [
    "a number in a schema's enum",
    withTool({ name: "f", parameters: { enum: [0] } }),
    "Invalid value at 'tools[0].function_declarations[0].parameters.enum[0]' (TYPE_STRING), 0",
  ],
  ["Vertex's labels", { ...HELLO, labels: { a: "b" } }, `${UNKNOWN} "labels": Cannot find field.`],
  [
    "an unknown enum name",
    { ...HELLO, safetySettings: [{ category: "NO_SUCH" }] },
    "Invalid value at 'safety_settings[0].category' " +
    '(type.googleapis.com/google.ai.generativelanguage.v1beta.HarmCategory), "NO_SUCH"',
  ],
  [
    "a text for a number",
    { ...HELLO, generationConfig: { temperature: "hot" } },
    "Invalid value at 'generation_config.temperature' (TYPE_DOUBLE), \"hot\"",
  ],
  [
    "a list for a single message",
    { ...HELLO, generationConfig: [] },
    `${UNKNOWN} "generation_config": Proto field is not repeating, cannot start list.`,
  ],
  [
    "bad base64",
    { contents: [{ parts: [{ inlineData: { mimeType: "image/png", data: "a!" } }] }] },
    "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), " +
    'Base64 decoding failed for "a!"',
  ],
  [
    "a system instruction that is a text",
    { ...HELLO, systemInstruction: "Be brief" },
    "Invalid value at 'system_instruction' " +
    '(type.googleapis.com/google.ai.generativelanguage.v1beta.Content), "Be brief"',
  ],
  [
    "a root that is no object",
    [],
    'Invalid JSON payload received. Unknown name "": Root element must be a message.',
  ],
  ["no contents", {}, "* GenerateContentRequest.contents: contents is not specified\n"],
  [
    "empty parts",
    { contents: [{ role: "user", parts: [] }] },
    "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n",
  ],
  [
    "a part without data",
    { contents: [{ role: "user", parts: [{ text: "a" }, { thought: true }] }] },
    "* GenerateContentRequest.contents[0].parts[1].data: required oneof field 'data' must have one " +
    "initialized field\n",
  ],
  [
    "a part with two kinds of data",
    { contents: [{ parts: [{ text: "a", fileData: { fileUri: "files/a" } }] }] },
    "* GenerateContentRequest.contents[0].parts[0]: oneof field 'data' is already set.",
  ],
  [
    "an unknown role",
    { contents: [{ role: "assistant", parts: [{ text: "a" }] }] },
    "Please use a valid role: user, model.",
  ],
  [
    "a function's response without a name",
    { contents: [{ parts: [{ functionResponse: { response: {} } }] }] },
    "* GenerateContentRequest.contents[0].parts[0].function_response.name: Name cannot be empty.",
  ],
  [
    "a thinking level on Gemini 2.5",
    { ...HELLO, generationConfig: { thinkingConfig: { thinkingLevel: "HIGH" } } },
    "thinking_level is not supported by this model",
  ],
  [
    "a thinking budget beside a level",
    {
      ...HELLO,
      generationConfig: { thinkingConfig: { thinkingLevel: "HIGH", thinkingBudget: 1 } },
    },
    "You can only set only one of thinking budget and thinking level.",
  ],
  [
    "a thinking budget out of range",
    { ...HELLO, generationConfig: { thinkingConfig: { thinkingBudget: 52428 } } },
    "The thinking budget (52428) is invalid.",
  ],
  [
    "functions beside a built-in tool",
    { ...HELLO, tools: [{ googleSearch: {} }, { functionDeclarations: [{ name: "f" }] }] },
    "Please enable tool_config.include_server_side_tool_invocations",
  ],
];

/** What is accepted on generativelanguage. */
const ACCEPTED: readonly [string, unknown][] = [
  ["a model in the body", { ...HELLO, model: "models/gemini-2.5-flash" }],
  ["contents without a role", { contents: [{ parts: [{ text: "a" }] }] }],
  ["a single object for a list", { contents: { parts: { text: "a" } } }],
  ["null for nothing", { ...HELLO, tools: null }],
  [
    "snake_case",
    {
      ...HELLO,
      system_instruction: { parts: [{ text: "s" }] },
      generation_config: { max_output_tokens: 5, thinking_config: { include_thoughts: false } },
      safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }],
      tools: [{ function_declarations: [{ name: "f", parameters_json_schema: { $defs: {} } }] }],
    },
  ],
  [
    "enums as numbers and lower case",
    {
      ...HELLO,
      safetySettings: [{ category: 7, threshold: 4 }],
      tools: [{ functionDeclarations: [{ name: "f", parameters: { type: "object" } }] }],
    },
  ],
  [
    "int64 as text",
    {
      ...HELLO,
      generationConfig: { responseSchema: { type: "ARRAY", minItems: "1", items: { type: 1 } } },
    },
  ],
  [
    "base64 of both alphabets",
    {
      contents: [{
        parts: [
          { inlineData: { mimeType: "image/png", data: "+/+/" } },
          { inline_data: { mime_type: "image/png", data: "-_-_8A" } },
        ],
      }],
    },
  ],
  [
    "any JSON as a JSON Schema",
    {
      ...HELLO,
      generationConfig: {
        responseMimeType: "application/json",
        responseJsonSchema: { type: "OBJECT", additionalProperties: false, $schema: "x" },
      },
    },
  ],
  ["continuationToken and serviceTier", { ...HELLO, continuationToken: "t", serviceTier: "flex" }],
];

Deno.test("generativelanguage refuses what Google refuses", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  for (const [name, body, message] of REFUSED) {
    await t.step(name, async () => {
      const response = await callWithKey(emulator, key, { body });
      const { error } = await response.json();
      assert.equal(response.status, 400);
      assert.equal(error.status, "INVALID_ARGUMENT");
      assert.ok(error.message.startsWith(message), error.message);
    });
  }
});

Deno.test("generativelanguage accepts what Google accepts", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  for (const [name, body] of ACCEPTED) {
    await t.step(name, async () => {
      const response = await callWithKey(emulator, key, { body });
      assert.equal(response.status, 200, await response.text());
    });
  }
});

Deno.test("generativelanguage lists every violation, a line and a detail each", async () => {
  await using emulator = await startEmulator();
  const body = { ...HELLO, foo: 1, tools: [{ bar: 2 }] };
  const { error } = await (await callWithKey(emulator, emulator.addApiKey("a"), { body })).json();
  assert.deepEqual(error.message.split("\n"), [
    'Invalid JSON payload received. Unknown name "foo": Cannot find field.',
    "Invalid JSON payload received. Unknown name \"bar\" at 'tools[0]': Cannot find field.",
  ]);
  assert.equal(error.details[0]["@type"], "type.googleapis.com/google.rpc.BadRequest");
  assert.equal(error.details[0].fieldViolations[1].field, "tools[0]");
});

Deno.test("generativelanguage refuses broken JSON and bodies over 20 MiB", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const url = `${emulator.url}/v1beta/models/gemini-2.5-flash:generateContent?key=${key}`;
  const broken = await (await fetch(url, { method: "POST", body: '{"contents":' })).json();
  assert.match(broken.error.message, /^Invalid JSON payload received\. /);
  const large = await fetch(url, { method: "POST", body: " ".repeat(20 * 1024 * 1024 + 1) });
  assert.equal(large.status, 400);
  assert.match((await large.json()).error.message, /payload size exceeds the limit: 20971520/);
});

Deno.test("Gemini 3 refuses an unsigned function call of the current turn only", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const unsigned = { functionCall: { name: "f", args: {} } };
  const response = { functionResponse: { name: "f", response: {} } };

  async function status(model: string, contents: unknown): Promise<number> {
    const answer = await callWithKey(emulator, key, { model, body: { contents } });
    const { error } = await answer.json();
    if (error) assert.match(error.message, /^Function call is missing a thought_signature/);
    return answer.status;
  }

  function turn(call: unknown): unknown[] {
    return [...TURN, { role: "model", parts: [call] }, { role: "user", parts: [response] }];
  }

  await t.step("unsigned: refused", async () => {
    assert.equal(await status("gemini-3-flash-preview", turn(unsigned)), 400);
  });
  await t.step("signed: accepted", async () => {
    const signed = { ...unsigned, thought_signature: "c2lnbmF0dXJl" };
    assert.equal(await status("gemini-3-flash-preview", turn(signed)), 200);
  });
  await t.step("unsigned in an earlier turn: accepted", async () => {
    const contents = [...turn(unsigned), { role: "model", parts: [{ text: "a" }] }, ...TURN];
    assert.equal(await status("gemini-3-flash-preview", contents), 200);
  });
  await t.step("unsigned on Gemini 2.5: accepted", async () => {
    assert.equal(await status("gemini-2.5-flash", turn(unsigned)), 200);
  });
});

Deno.test("Gemini 3 refuses signatures of the emulator's own that do not belong where they are", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const model = "gemini-3-flash-preview";
  const question = { role: "user", parts: [{ text: "call it" }] };
  const response = { functionResponse: { name: "f", response: {} } };
  const result = { role: "user", parts: [response] };
  const tools = [{ functionDeclarations: [{ name: "f" }] }];
  const body = { contents: [question], tools };
  const answer = await (await callWithKey(emulator, key, { model, body })).json();
  const { content } = answer.candidates[0];
  const [call] = content.parts;
  const renamed = { ...call, functionCall: { name: "g", args: {} } };

  async function message(contents: unknown, other = model): Promise<string | undefined> {
    const answer = await callWithKey(emulator, key, { model: other, body: { contents } });
    return (await answer.json()).error?.message;
  }

  await t.step("where it belongs, in either alphabet", async () => {
    assert.equal(await message([question, content, result]), undefined);
    const url = call.thoughtSignature.replaceAll("+", "-").replaceAll("/", "_");
    const parts = [{ ...call, thoughtSignature: url }];
    assert.equal(await message([question, { role: "model", parts }, result]), undefined);
  });
  await t.step("elsewhere", async () => {
    const corrupted = "Corrupted thought signature.";
    const elsewhere = [question, { role: "model", parts: [renamed] }, result];
    assert.equal(await message(elsewhere), corrupted);
    assert.equal(await message([question, content, result, content, result]), corrupted);
    assert.equal(await message([question, content, result], "gemini-3.8-flash"), corrupted);
    assert.equal(
      await message([question, content, result, question], "gemini-3.8-flash"),
      corrupted,
    );
  });
  await t.step("in another turn, on a call with other arguments, on a text, or twice", async () => {
    const again = { role: "user", parts: [{ text: "call it again" }] };
    const changed = { ...call, functionCall: { name: "f", args: { a: 1 } } };
    const text = { text: "Well", thoughtSignature: call.thoughtSignature };
    const done = { role: "model", parts: [{ text: "Done" }] };
    const wrong = [
      [question, content, result, done, again, content, result],
      [again, content, result],
      [question, { role: "model", parts: [changed] }, result],
      [question, { role: "model", parts: [changed] }, result, done, again],
      [question, { role: "model", parts: [text] }, again],
      [question, { role: "model", parts: [call, call] }, result, again],
    ];
    const before = emulator.signatureRefusals;
    for (const contents of wrong) {
      assert.equal(await message(contents), "Corrupted thought signature.");
    }
    assert.equal(emulator.signatureRefusals, before + wrong.length);
    assert.equal(await message([question, content, result, done, again]), undefined);
    assert.equal(emulator.signatureRefusals, before + wrong.length);
  });
  await t.step("the placeholder", async () => {
    const parts = [{ ...call, thoughtSignature: "skip_thought_signature_validator" }];
    assert.equal(await message([question, { role: "model", parts }, result]), undefined);
  });
});

Deno.test("countTokens takes contents or generateContentRequest, not both and not neither", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const inner = { model: "models/gemini-2.5-flash", ...HELLO };

  async function count(body: unknown): Promise<[number, string | undefined]> {
    const response = await callWithKey(emulator, key, { method: "countTokens", body });
    return [response.status, (await response.json()).error?.message];
  }

  assert.deepEqual(await count(HELLO), [200, undefined]);
  assert.deepEqual(await count({ generateContentRequest: inner }), [200, undefined]);
  assert.equal((await count({ ...HELLO, generateContentRequest: inner }))[0], 400);
  assert.deepEqual(await count({ generateContentRequest: {} }), [
    400,
    "* CountTokensRequest.generate_content_request.contents: contents is not specified\n" +
    "* CountTokensRequest.generate_content_request.model: model is not specified\n",
  ]);
  assert.deepEqual(await count({ ...HELLO, tools: [] }), [
    400,
    `${UNKNOWN} "tools": Cannot find field.`,
  ]);
});
