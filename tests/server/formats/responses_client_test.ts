/** The official client of OpenAI with Responses, before the emulated Google. */
import assert from "node:assert/strict";
import OpenAI from "openai";
import { isJsonObject } from "../../../src/base/json.ts";
import { openStore } from "../../../src/store/open_store.ts";
import {
  callIn,
  callOf,
  MODEL,
  resultOf,
  startGoogle,
  TOOLS,
  withClient,
} from "./responses_client.ts";

Deno.test("The stream helper collects what the events say", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  await withClient({ ...google, store }, async (client) => {
    const texts: string[] = [];
    const stream = client.responses.stream({ model: MODEL, input: "Say hello" })
      .on("response.output_text.delta", ({ delta }) => void texts.push(delta));
    const response = await stream.finalResponse();
    assert.equal(response.status, "completed");
    assert.ok(response.output_text.length > 0);
    assert.equal(texts.join(""), response.output_text);
    assert.ok((response.usage?.total_tokens ?? 0) > 0);
    assert.equal(response.usage?.total_tokens, totalOf(response.usage));
  });
});

function totalOf(usage: OpenAI.Responses.ResponseUsage | undefined): number {
  return (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
}

Deno.test("A conversation with tools goes on with previous_response_id after a restart", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  const parts = { ...google, store };
  const tools = TOOLS;
  let previous = "";
  let call: OpenAI.Responses.ResponseFunctionToolCall | undefined;
  await withClient(parts, async (client) => {
    const response = await client.responses.create({
      model: MODEL,
      input: "How is the weather in Oslo?",
      tools,
      tool_choice: callOf(0),
    });
    previous = response.id;
    call = callIn(response);
  });
  for (let turn = 1; turn < 4; turn++) {
    await withClient(parts, async (client) => {
      assert.ok(call !== undefined);
      const response = await client.responses.create({
        model: MODEL,
        previous_response_id: previous,
        input: [resultOf(call), { role: "user", content: "And in Rome?" }],
        tools,
        tool_choice: callOf(turn),
      });
      previous = response.id;
      call = callIn(response);
    });
  }
  await withClient(parts, async (client) => {
    assert.ok(call !== undefined);
    const stream = client.responses.stream({
      model: MODEL,
      previous_response_id: previous,
      input: [resultOf(call)],
      tools,
      tool_choice: "none",
    });
    const response = await stream.finalResponse();
    assert.ok(response.output_text.length > 0);
    const sent = google.emulator.requests.at(-1);
    assert.ok(isJsonObject(sent?.body) && Array.isArray(sent.body.contents));
    assert.equal(sent.body.contents.length, 12);
    const signatures = JSON.stringify(sent.body).match(/"thoughtSignature":"[^"]+"/g) ?? [];
    assert.equal(new Set(signatures).size, 4);
    assert.equal(signatures.length, 4);
  });
});

Deno.test("A client without stored responses carries signatures through another gateway", async () => {
  await using google = await startGoogle();
  const common = {
    model: MODEL,
    store: false,
    include: ["reasoning.encrypted_content" as const],
    tools: TOOLS,
  };
  const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "Weather?" }];
  for (let turn = 0; turn < 3; turn++) {
    await using store = await openStore({ memory: true });
    await withClient({ ...google, store }, async (client) => {
      const stream = client.responses.stream({ ...common, input, tool_choice: callOf(turn) });
      const { output } = await stream.finalResponse();
      for (const item of output) {
        assert.ok(item.type === "reasoning" || item.type === "function_call");
        input.push(item);
        if (item.type !== "function_call") continue;
        input.push(resultOf(item), { role: "user", content: "And in Rome?" });
      }
    });
  }
  const sent = JSON.stringify(google.emulator.requests.at(-1)?.body);
  assert.equal(sent.match(/"thoughtSignature"/g)?.length, 2);
  assert.doesNotMatch(sent, /skip_thought_signature_validator/);
});

Deno.test("A response that is not known is refused in OpenAI's words", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  await withClient({ ...google, store }, async (client) => {
    const { id } = await client.responses.create({ model: MODEL, input: "hi", store: false });
    for (const previous_response_id of [id, "resp_0000000000000000000000000000000000000000"]) {
      await assert.rejects(
        client.responses.create({ model: MODEL, input: "go on", previous_response_id }),
        (error) => {
          assert.ok(error instanceof OpenAI.BadRequestError);
          assert.equal(error.code, "previous_response_not_found");
          assert.equal(error.param, "previous_response_id");
          assert.equal(error.type, "invalid_request_error");
          return true;
        },
      );
    }
  });
});

Deno.test("Structured output is parsed, and an error names its field", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  await withClient({ ...google, store }, async (client) => {
    const schema = {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    };
    const { output_text } = await client.responses.create({
      model: MODEL,
      input: "A city",
      text: { format: { type: "json_schema", name: "city", strict: true, schema } },
    });
    assert.equal(typeof JSON.parse(output_text).city, "string");
    await assert.rejects(
      client.responses.create({ model: MODEL, input: "hi", background: true }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "background",
    );
  });
});

Deno.test("The tokens of an input are counted by Google", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  await withClient({ ...google, store }, async (client) => {
    const short = await client.responses.inputTokens.count({ model: MODEL, input: "hi" });
    const input = "hello ".repeat(100);
    const long = await client.responses.inputTokens.count({ model: MODEL, input, tools: TOOLS });
    assert.equal(short.object, "response.input_tokens");
    assert.ok(short.input_tokens > 0);
    assert.ok(long.input_tokens > short.input_tokens + 50);
  });
});

Deno.test("What is kept of a response can be deleted, once", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  await withClient({ ...google, store }, async (client) => {
    const { id } = await client.responses.create({ model: MODEL, input: "hi" });
    const next = { model: MODEL, input: "go on", previous_response_id: id };
    await client.responses.create(next);
    await client.responses.delete(id);
    await assert.rejects(client.responses.create(next), OpenAI.BadRequestError);
    await assert.rejects(client.responses.delete(id), OpenAI.NotFoundError);
    await assert.rejects(client.responses.retrieve(id), OpenAI.NotFoundError);
  });
});
