/**
 * Anthropic's own SDK against a gateway, with accounts of each kind behind it.
 */
import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import type { AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

const KINDS: readonly AccountKind[] = ["gemini-api", "vertex", "code-assist"];
const MODEL = "claude-opus-4-8";
const GEMINI = "gemini-3.6-flash";
const ALIASES = { settings: { aliases: { "claude-*": GEMINI } } };

const WEATHER = {
  name: "get_weather",
  description: "The weather of a city",
  input_schema: {
    type: "object" as const,
    properties: { city: { type: "string" } },
    required: ["city"],
  },
};

function client({ url }: { readonly url: string }, base = ""): Anthropic {
  return new Anthropic({ baseURL: url + base, apiKey: "planted-key", maxRetries: 0 });
}

function startGateway(kind: AccountKind = "gemini-api"): Promise<EmulatedGateway> {
  return startEmulatedGateway({ accounts: { one: kind }, ...ALIASES });
}

for (const kind of KINDS) {
  Deno.test(`The SDK calls tools over several turns, streamed and whole, through ${kind}`, async () => {
    await using gateway = await startGateway(kind);
    const anthropic = client(gateway);
    const messages: Anthropic.MessageParam[] = [];
    for (let turn = 0; turn < 3; turn++) {
      messages.push({ role: "user", content: "What is the weather?" });
      const params = { model: MODEL, max_tokens: 500, messages, tools: [WEATHER] };
      const called = turn % 2 === 0
        ? await anthropic.messages.stream(params).finalMessage()
        : await anthropic.messages.create(params);
      assert.equal(called.stop_reason, "tool_use");
      const use = called.content.find((block) => block.type === "tool_use");
      assert.ok(use);
      assert.match(use.id, /^toolu_[A-Za-z0-9_-]{22}$/);
      assert.equal(use.name, WEATHER.name);
      messages.push({ role: "assistant", content: called.content }, {
        role: "user",
        content: [{
          type: "tool_result",
          tool_use_id: use.id,
          content: [{ type: "text", text: "It rains" }],
        }],
      });
      const answer = await anthropic.messages.create({ ...params, messages });
      assert.equal(answer.stop_reason, "end_turn");
      const [block] = answer.content;
      assert.ok(block?.type === "text" && block.text.includes("It rains"));
      messages.push({ role: "assistant", content: answer.content });
    }
    const names = gateway.calls.map(({ operation }) => operation);
    assert.deepEqual(new Set(names), new Set(["anthropic.messages"]));
  });
}

Deno.test("The SDK's stream has text and thinking, and adds up to its message", async () => {
  await using gateway = await startGateway();
  const texts: string[] = [];
  const thoughts: string[] = [];
  const stream = client(gateway, "/anthropic").messages.stream({
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: "user", content: "hello" }],
    thinking: { type: "adaptive" },
  });
  stream.on("text", (text) => texts.push(text));
  stream.on("thinking", (thought) => thoughts.push(thought));
  const message = await stream.finalMessage();
  assert.deepEqual(message.content.map(({ type }) => type), ["thinking", "text"]);
  assert.equal(message.content.find((block) => block.type === "text")?.text, texts.join(""));
  assert.ok(thoughts.join("").length > 0);
  assert.ok(message.usage.input_tokens > 0);
  assert.ok(message.usage.output_tokens > 0);
});

Deno.test("The SDK sends images and documents, and reads JSON", async () => {
  await using gateway = await startGateway();
  const anthropic = client(gateway);
  const data = btoa("%PDF");
  const { content } = await anthropic.messages.create({
    model: MODEL,
    max_tokens: 500,
    messages: [{
      role: "user",
      content: [
        { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
        { type: "document", source: { type: "base64", media_type: "application/pdf", data } },
        { type: "text", text: "What is this?" },
      ],
    }],
  });
  const [block] = content;
  assert.ok(block?.type === "text");
  assert.match(block.text, /You sent image\/png of 3 bytes\. You sent application\/pdf of 4 bytes/);
  const schema = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  };
  const parsed = await anthropic.messages.create({
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: "user", content: "Which city?" }],
    output_config: { format: { type: "json_schema", schema } },
  });
  const [json] = parsed.content;
  assert.ok(json?.type === "text");
  assert.equal(typeof JSON.parse(json.text).city, "string");
});

for (const kind of KINDS) {
  Deno.test(`The SDK counts tokens, with beta headers and query, through ${kind}`, async () => {
    await using gateway = await startGateway(kind);
    const anthropic = client(gateway);
    const messages = [{ role: "user" as const, content: "hello" }];
    const few = await anthropic.messages.countTokens({ model: MODEL, messages });
    const more = await anthropic.beta.messages.countTokens({
      model: MODEL,
      messages,
      system: "Be as brief as you can be, please.",
      betas: ["token-counting-2024-11-01"],
    });
    assert.ok(few.input_tokens > 0);
    assert.ok(more.input_tokens > few.input_tokens);
  });
}

Deno.test("The SDK lists models, with the aliases of whole names", async () => {
  const alias = "claude-of-mine";
  await using gateway = await startEmulatedGateway({ settings: { aliases: { [alias]: GEMINI } } });
  const anthropic = client(gateway);
  const ids: string[] = [];
  for await (const { id } of anthropic.models.list()) ids.push(id);
  assert.ok(ids.includes(GEMINI));
  assert.ok(ids.includes(alias));
  const { id, type, max_tokens } = await anthropic.models.retrieve(alias);
  assert.deepEqual({ id, type }, { id: alias, type: "model" });
  assert.ok((max_tokens ?? 0) > 0);
});

Deno.test("The SDK gets a blocked prompt as a refusal", async () => {
  await using gateway = await startGateway();
  const params = {
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: "user" as const, content: "BLOCK_ME" }],
  };
  const anthropic = client(gateway);
  const whole = await anthropic.messages.create(params);
  assert.equal(whole.stop_reason, "refusal");
  const streamed = await anthropic.messages.stream(params).finalMessage();
  assert.equal(streamed.stop_reason, "refusal");
  assert.deepEqual(streamed.content, []);
});

Deno.test("The SDK gets errors of its own kinds", async () => {
  await using gateway = await startGateway();
  const anthropic = client(gateway);
  const params = {
    max_tokens: 500,
    messages: [{ role: "user" as const, content: "hello" }],
  };
  await assert.rejects(
    () => anthropic.messages.create({ ...params, model: "nothing" }).asResponse(),
    Anthropic.NotFoundError,
  );
  await assert.rejects(
    () => anthropic.messages.create({ ...params, model: MODEL, container: "c" }).asResponse(),
    (error) => error instanceof Anthropic.BadRequestError && error.message.includes("container"),
  );
});

Deno.test("The SDK's abort ends the call", async () => {
  await using gateway = await startGateway();
  gateway.emulator.always("one", { type: "ok", chunks: ["a", "b"], holdAfter: 1 });
  const asked = client(gateway).messages.stream({
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: "user", content: "hello" }],
  });
  asked.on("text", () => asked.abort());
  await assert.rejects(() => asked.done(), Anthropic.APIUserAbortError);
  const { failure } = await gateway.waitForCall();
  assert.equal(failure, "The client closed the request");
});

Deno.test("An error amid a stream reaches the SDK", async () => {
  const stream = scriptedStream();
  await using upstream = startTestUpstream(() => stream.response);
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    ...ALIASES,
  });
  const asked = client(gateway).messages.stream({
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: "user", content: "hello" }],
  });
  stream.write('data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}]}\n\n');
  asked.on("text", () => {
    stream.write(
      'data: {"error":{"code":500,"status":"INTERNAL","message":"It broke in the middle"}}\n\n',
    );
    stream.end();
  });
  await assert.rejects(
    () => asked.finalMessage(),
    (error) => error instanceof Anthropic.APIError && error.message.includes("It broke"),
  );
});
