/** OpenAI's own client in chats with the emulated Gemini, over HTTP. @module */
import OpenAI from "openai";
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../../support/emulated_gateway.ts";

const GEMINI_3 = "gemini-3-flash-preview";
const WEATHER: OpenAI.Chat.ChatCompletionTool = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

type Message = OpenAI.Chat.ChatCompletionMessageParam;

Deno.test("A chat with a tool call goes over several turns, whole and streamed, at every base URL", async () => {
  await using gateway = await startEmulatedGateway();
  for (const base of ["/v1", "/openai/v1", "/openai", "/v1beta/openai"]) {
    const client = new OpenAI({ baseURL: gateway.url + base, apiKey: "any", maxRetries: 0 });
    const messages: Message[] = [{ role: "user", content: "How is the weather?" }];
    const first: OpenAI.Chat.ChatCompletion = await client.chat.completions.create({
      model: GEMINI_3,
      messages,
      tools: [WEATHER],
      tool_choice: "required",
    });
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    assert.ok(message && call?.type === "function");
    assert.equal(call.function.name, "weather");
    // A client that keeps only what OpenAI documents.
    const { id, type, function: called } = call;
    messages.push({
      role: "assistant",
      content: null,
      tool_calls: [{ id, type, function: called }],
    });
    messages.push({ role: "tool", tool_call_id: id, content: "sunny" });
    const stream = client.chat.completions.stream({
      model: GEMINI_3,
      messages,
      tools: [WEATHER],
      stream_options: { include_usage: true },
    });
    const last = await stream.finalChatCompletion();
    assert.match(last.choices[0]?.message.content ?? "", /sunny/);
    assert.ok((last.usage?.total_tokens ?? 0) > 0);
  }
});

Deno.test("A request that cannot be translated is refused in OpenAI's words", async () => {
  await using gateway = await startEmulatedGateway();
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "any", maxRetries: 0 });
  const messages: Message[] = [{ role: "user", content: "a" }];
  await assert.rejects(
    client.chat.completions.create({ model: GEMINI_3, messages, moderation: { model: "any" } }),
    { status: 400, param: "moderation", type: "invalid_request_error" },
  );
  await assert.rejects(
    client.chat.completions.create({ model: "no-such-model", messages }),
    { status: 404, code: "model_not_found" },
  );
});

Deno.test("A legacy completion is answered, whole and streamed", async () => {
  await using gateway = await startEmulatedGateway();
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "any", maxRetries: 0 });
  const request = { model: GEMINI_3, prompt: "Once upon" };
  const whole = await client.completions.create(request);
  assert.match(whole.choices[0]?.text ?? "", /Once upon/);
  let text = "";
  for await (const chunk of await client.completions.create({ ...request, stream: true })) {
    text += chunk.choices[0]?.text ?? "";
  }
  assert.equal(text, whole.choices[0]?.text);
  const several = await client.completions.create({ ...request, prompt: ["one", "two"] });
  assert.deepEqual(several.choices.map(({ index }) => index), [0, 1]);
  assert.match(several.choices[1]?.text ?? "", /two/);
});
