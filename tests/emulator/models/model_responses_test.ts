import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { sampleOf } from "../../../src/emulator/schema/schema_sample.ts";
import {
  accessToken,
  callInternal,
  callWithKey,
  envelope,
  eventsOf,
  HELLO,
  textOf,
} from "../calls.ts";

const SSE = { method: "streamGenerateContent", query: "?alt=sse" };
const TOOLS = [{
  functionDeclarations: [{
    name: "get_weather",
    parameters: {
      type: "OBJECT",
      properties: { city: { type: "STRING" }, days: { type: "INTEGER", minimum: 3 } },
      required: ["city"],
    },
  }],
}];

function ask(text: string): { contents: unknown[] } {
  return { contents: [{ role: "user", parts: [{ text }] }] };
}

/** One answer of `emulator`, to a body with the first account's key. */
async function answer(
  emulator: Emulator,
  body: unknown,
  options: { readonly model?: string; readonly query?: string } = {},
  // deno-lint-ignore no-explicit-any -- answers are read as deep as a test needs
): Promise<any> {
  const key = emulator.addApiKey(`account ${crypto.randomUUID()}`);
  const response = await callWithKey(emulator, key, { ...options, body });
  assert.equal(response.status, 200);
  return await response.json();
}

Deno.test("a text answer names the model, quotes the user and the instruction", async () => {
  await using emulator = await startEmulator();
  const said = "Grüße, 你好 👩‍👩‍👧 \u2028 𝒳";
  const body = { ...ask(said), systemInstruction: { parts: [{ text: "Be brief" }] } };
  const response = await answer(emulator, body);
  const text = textOf([response]);
  assert.match(text, /made up by an emulator in place of gemini-2\.5-flash/);
  assert.ok(text.includes(said));
  assert.ok(text.includes("Be brief"));
  assert.deepEqual(response, { ...(await answer(emulator, body)), responseId: "emulated-1" });
});

Deno.test("a stream has the same text in at least three events with cumulative counts", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const body = ask("😀".repeat(100));
  const events = eventsOf(await (await callWithKey(emulator, key, { ...SSE, body })).text());
  assert.ok(events.length >= 3);
  assert.equal(textOf(events), textOf([await answer(emulator, body)]));
  const reasons = events.map((event) => event.candidates[0].finishReason);
  assert.deepEqual(reasons.filter((reason) => reason !== undefined), ["STOP"]);
  assert.equal(reasons.at(-1), "STOP");
  const totals = events.map((event) => event.usageMetadata.totalTokenCount);
  assert.deepEqual(totals, totals.toSorted((a, b) => a - b));
  assert.ok(totals[0] < totals.at(-1));
  for (const event of events) assert.ok(!textOf([event]).match(/\p{Surrogate}/u));
});

Deno.test("a function is called where the user asks for it, with args that fit its schema", async () => {
  await using emulator = await startEmulator();
  const body = { ...ask("What is the weather?"), tools: TOOLS };
  const { parts } = (await answer(emulator, body)).candidates[0].content;
  assert.deepEqual(parts, [{
    functionCall: { name: "get_weather", args: { city: "made-up city", days: 3 } },
  }]);
});

Deno.test("a call of Gemini 3 is signed, and its replay is accepted and answered", async () => {
  await using emulator = await startEmulator();
  const model = "gemini-3.1-pro-preview";
  const question = ask("Call it");
  const first = await answer(emulator, { ...question, tools: TOOLS }, { model });
  const content = first.candidates[0].content;
  assert.match(content.parts[0].thoughtSignature, /^[A-Za-z0-9+/]+=*$/);
  const result = { functionResponse: { name: "get_weather", response: { sky: "blue" } } };
  const contents = [...question.contents, content, { role: "user", parts: [result] }];
  const second = await answer(emulator, { contents, tools: TOOLS }, { model });
  assert.match(textOf([second]), /get_weather answered \{"sky":"blue"\}/);
});

Deno.test("a streamed call of Gemini 3 ends with an empty text that is not signed, a text with one that is", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  async function lastPart(said: string): Promise<unknown> {
    const body = { ...ask(said), tools: TOOLS };
    const options = { ...SSE, body, model: "gemini-3-flash-preview" };
    const events = eventsOf(await (await callWithKey(emulator, key, options)).text());
    return events.at(-1).candidates[0].content.parts[0];
  }
  assert.deepEqual(await lastPart("Call it"), { text: "" });
  assert.deepEqual(Object.keys(Object(await lastPart("Hi"))), ["text", "thoughtSignature"]);
});

Deno.test("the function that the text names is called, with a folder that exists", async () => {
  await using emulator = await startEmulator();
  const named = { name: "list_directory", parameters: { type: "OBJECT", properties: {} } };
  const properties = { dir_path: { type: "STRING" }, file_path: { type: "STRING" } };
  const tools = [...TOOLS, { functionDeclarations: [{ ...named, parameters: { properties } }] }];
  const body = { ...ask("Please call list_directory."), tools };
  const { parts } = (await answer(emulator, { ...body })).candidates[0].content;
  assert.deepEqual(parts[0].functionCall, {
    name: "list_directory",
    args: { dir_path: ".", file_path: "made-up file_path" },
  });
});

Deno.test("functions are called in parallel and in steps where the user says so, and signed as Google does", async () => {
  await using emulator = await startEmulator();
  const model = "gemini-3.1-pro-preview";
  const tools = [{ functionDeclarations: ["f", "g", "h"].map((name) => ({ name })) }];
  const contents: unknown[] = [...ask("Please call f and call g, then call h.").contents];
  const steps: (readonly (readonly [name: string, isSigned: boolean])[])[] = [];
  for (;;) {
    const { content } = (await answer(emulator, { contents, tools }, { model })).candidates[0];
    // deno-lint-ignore no-explicit-any -- read as deep as a test needs
    const calls: any[] = content.parts.filter((part: object) => "functionCall" in part);
    if (calls.length === 0) break;
    steps.push(calls.map((call) => [call.functionCall.name, "thoughtSignature" in call]));
    const parts = calls.map(({ functionCall: { name } }) => ({
      functionResponse: { name, response: {} },
    }));
    contents.push(content, { role: "user", parts });
  }
  assert.deepEqual(steps, [[["f", true], ["g", false]], [["h", true]]]);
});

Deno.test("what a client adds by itself is neither quoted nor obeyed", async () => {
  await using emulator = await startEmulator();
  const context = "<session_context>\nHow is the weather at /home? BLOCK_ME\n</session_context>";
  const parts = [{ text: context }, { text: "Hi" }];
  const systemInstruction = { parts: [{ text: "You are an agent. ".repeat(100) }] };
  const body = { contents: [{ role: "user", parts }], systemInstruction, tools: TOOLS };
  assert.equal(
    textOf([await answer(emulator, body)]),
    'This answer is made up by an emulator in place of gemini-2.5-flash. You said: "Hi".',
  );
  // Alone, it is what the user said.
  const alone = await answer(emulator, ask("<b>Hi</b>"));
  assert.match(textOf([alone]), /You said: "<b>Hi<\/b>"\.$/);
});

Deno.test("a long text is quoted in part, never within a character", async () => {
  await using emulator = await startEmulator();
  const text = textOf([await answer(emulator, ask(`x${"😀".repeat(1000)}`))]);
  assert.ok(text.endsWith(`You said: "x${"😀".repeat(299)}…".`), text);
  const fits = textOf([await answer(emulator, ask("😀".repeat(300)))]);
  assert.ok(fits.endsWith(`You said: "${"😀".repeat(300)}".`), fits);
});

Deno.test("a function is called with mode ANY, not with NONE, and not when nobody asks", async (t) => {
  await using emulator = await startEmulator();

  async function calls(text: string, mode?: string): Promise<boolean> {
    const toolConfig = { functionCallingConfig: { mode } };
    const body = { ...ask(text), tools: TOOLS, ...(mode === undefined ? {} : { toolConfig }) };
    return (await answer(emulator, body)).candidates[0].content.parts[0].functionCall !== undefined;
  }

  await t.step("ANY", async () => assert.equal(await calls("hi", "ANY"), true));
  await t.step("NONE", async () => assert.equal(await calls("call it", "NONE"), false));
  await t.step("hi", async () => assert.equal(await calls("hi"), false));
  await t.step("called is not call", async () => assert.equal(await calls("recalls"), false));
});

Deno.test("an inline image is described", async () => {
  await using emulator = await startEmulator();
  const data = btoa("0123456789");
  const parts = [{ inlineData: { mimeType: "image/jpeg", data } }, { text: "What is it?" }];
  const response = await answer(emulator, { contents: [{ role: "user", parts }] });
  assert.match(textOf([response]), /You sent image\/jpeg of 10 bytes/);
  assert.deepEqual(response.usageMetadata.promptTokensDetails[1], {
    modality: "IMAGE",
    tokenCount: 258,
  });
});

Deno.test("BLOCK_ME is blocked: 200, promptFeedback, no candidates; streamed as well", async () => {
  await using emulator = await startEmulator();
  const body = ask("please BLOCK_ME");
  const response = await answer(emulator, body);
  assert.equal(response.promptFeedback.blockReason, "SAFETY");
  assert.equal(response.candidates, undefined);
  const key = emulator.addApiKey("a");
  const events = eventsOf(await (await callWithKey(emulator, key, { ...SSE, body })).text());
  assert.equal(events.length, 1);
  assert.equal(events[0].promptFeedback.blockReason, "SAFETY");
});

Deno.test("JSON output satisfies the schema, upper or lower case", async () => {
  await using emulator = await startEmulator();
  for (const [type, word] of [["OBJECT", "STRING"], ["object", "string"]]) {
    const schema = {
      type,
      properties: { complexity_reasoning: { type: word }, complexity_score: { type: "integer" } },
      required: ["complexity_reasoning", "complexity_score"],
    };
    for (const field of ["responseSchema", "responseJsonSchema"]) {
      const generationConfig = { responseMimeType: "application/json", [field]: schema };
      const response = await answer(emulator, { ...HELLO, generationConfig });
      assert.deepEqual(JSON.parse(textOf([response])), {
        complexity_reasoning: "made-up complexity_reasoning",
        complexity_score: 1,
      });
    }
  }
});

Deno.test("thoughts come first, marked and counted, where they are wanted", async () => {
  await using emulator = await startEmulator();
  const generationConfig = { thinkingConfig: { includeThoughts: true } };
  const response = await answer(emulator, { ...HELLO, generationConfig });
  const { parts } = response.candidates[0].content;
  assert.deepEqual(parts.map((part: { thought?: boolean }) => part.thought), [true, undefined]);
  assert.ok(response.usageMetadata.thoughtsTokenCount > 0);
});

Deno.test("an image model answers with a PNG where IMAGE is wanted", async () => {
  await using emulator = await startEmulator();
  const body = { ...HELLO, generationConfig: { responseModalities: ["TEXT", "IMAGE"] } };
  const response = await answer(emulator, body, { model: "gemini-3-pro-image" });
  const { mimeType, data } = response.candidates[0].content.parts[1].inlineData;
  assert.equal(mimeType, "image/png");
  assert.ok(atob(data).startsWith("\x89PNG\r\n\x1a\n"));
});

Deno.test("enum-encoding=int gives enums as numbers", async () => {
  await using emulator = await startEmulator();
  const query = "?%24alt=json%3Benum-encoding%3Dint";
  const response = await answer(emulator, HELLO, { query });
  assert.equal(response.candidates[0].finishReason, 1);
  const blocked = await answer(emulator, ask("BLOCK_ME"), { query });
  assert.equal(blocked.promptFeedback.blockReason, 1);
  assert.deepEqual(blocked.promptFeedback.safetyRatings[0], {
    category: 10,
    probability: 4,
    blocked: true,
  });
});

Deno.test("Code Assist answers in Vertex AI's flavour", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const token = await accessToken(emulator.addUser("a"));
  const call = { method: "generateContent", body: envelope() };
  const { response, traceId } = await (await callInternal(emulator, token, call)).json();
  assert.equal(traceId, "0000000000000001");
  assert.equal(response.createTime, "1970-01-01T00:00:00.000Z");
  assert.equal(response.usageMetadata.trafficType, "ON_DEMAND");
  assert.deepEqual(Object.keys(response.candidates[0].content), ["role", "parts"]);
  assert.equal("index" in response.candidates[0], false);
});

Deno.test("countTokens counts contents, instruction and tools, and is stable", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");

  async function count(request: unknown): Promise<number> {
    const body = { generateContentRequest: request };
    const response = await callWithKey(emulator, key, { method: "countTokens", body });
    return (await response.json()).totalTokens;
  }

  const model = "models/gemini-2.5-flash";
  const plain = { model, ...ask("x".repeat(40)) };
  assert.equal(await count(plain), 10);
  const system = { parts: [{ text: "y".repeat(40) }] };
  assert.equal(await count({ ...plain, systemInstruction: system }), 20);
  assert.ok(await count({ ...plain, tools: TOOLS }) > 20);
});

/** A schema and what is made up for it. */
const SAMPLES: readonly [string, unknown, unknown][] = [
  ["enum", { type: "STRING", enum: ["red", "blue"] }, "red"],
  ["const", { const: 7 }, 7],
  ["number between bounds", { type: "number", exclusiveMinimum: 4, maximum: 4.5 }, 4.5],
  ["multiple", { type: "integer", minimum: 11, multipleOf: 5 }, 15],
  [
    "length of a text",
    { type: "string", minLength: 30 },
    "made-up value.................".padEnd(30, "."),
  ],
  ["format", { type: "string", format: "date" }, "2026-01-02"],
  ["array", { type: "array", minItems: 2, items: { type: "boolean" } }, [true, true]],
  ["type list", { type: ["null", "integer"] }, 1],
  ["anyOf", { anyOf: [{ type: "integer" }, { type: "string" }] }, 1],
  ["allOf", { allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }] }, {
    a: 1,
    b: 2,
  }],
  ["$ref", { $defs: { T: { const: "t" } }, properties: { a: { $ref: "#/$defs/T" } } }, { a: "t" }],
];

Deno.test("sampleOf() makes a value that satisfies the schema", async (t) => {
  for (const [name, schema, value] of SAMPLES) {
    await t.step(name, () => assert.deepEqual(sampleOf(schema), value));
  }
  await t.step("a recursive schema ends", () => {
    const node = { type: "object", properties: { next: { $ref: "#" }, id: { const: 1 } } };
    assert.ok(JSON.stringify(sampleOf(node)).length < 1000);
  });
});
