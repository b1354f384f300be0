/** Responses that are stored at Google, as interactions. */
import assert from "node:assert/strict";
import OpenAI from "openai";
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

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`What is to be stored is an interaction, and goes on after a restart: ${kind}`, async () => {
    await storeAndGoOn(kind);
  });
}

async function storeAndGoOn(kind: "gemini-api" | "vertex"): Promise<void> {
  await using google = await startGoogle(kind);
  await using store = await openStore({ memory: true });
  const parts = { ...google, store };
  const common = { model: MODEL, store: true, tools: TOOLS };
  let previous = "";
  let call: OpenAI.Responses.ResponseFunctionToolCall | undefined;
  await withClient(parts, async (client) => {
    const response = await client.responses.create({
      ...common,
      input: "How is the weather in Oslo?",
      instructions: "Be brief",
      tool_choice: callOf(0),
    });
    assert.equal(response.status, "completed");
    assert.ok((response.usage?.total_tokens ?? 0) > 0);
    previous = response.id;
    call = callIn(response);
    assert.equal(call.name, "one");
  });
  await withClient(parts, async (client) => {
    assert.ok(call !== undefined);
    const stream = client.responses.stream({
      ...common,
      previous_response_id: previous,
      input: [resultOf(call), { role: "user", content: "And in Rome?" }],
      tool_choice: callOf(1),
    });
    const response = await stream.finalResponse();
    assert.equal(response.previous_response_id, previous);
    previous = response.id;
    call = callIn(response);
    assert.equal(call.name, "two");
  });
  await withClient(parts, async (client) => {
    assert.ok(call !== undefined);
    const texts: string[] = [];
    const stream = client.responses.stream({
      ...common,
      previous_response_id: previous,
      input: [resultOf(call)],
      reasoning: { effort: "low", summary: "auto" },
    }).on("response.output_text.delta", ({ delta }) => void texts.push(delta));
    const response = await stream.finalResponse();
    assert.ok(response.output_text.length > 0);
    assert.equal(texts.join(""), response.output_text);
  });
  const created = google.emulator.requests.filter(({ path }) => path.endsWith("/interactions"));
  assert.equal(created.length, 3);
}

Deno.test("Where there are no interactions, the gateway keeps what is to be stored", async () => {
  await using google = await startGoogle("code-assist");
  await using store = await openStore({ memory: true });
  const model = "gemini-3.1-pro-preview";
  let previous = "";
  await withClient({ ...google, store }, async (client) => {
    const { id } = await client.responses.create({ model, input: "My name is Ada", store: true });
    previous = id;
  });
  await withClient({ ...google, store }, async (client) => {
    const input = "What is my name?";
    await client.responses.create({ model, input, previous_response_id: previous, store: true });
  });
  const sent = JSON.stringify(google.emulator.requests.at(-1)?.body);
  assert.match(sent, /My name is Ada/);
});

Deno.test("An interaction that Google does not know, and an option that interactions lack, are refused", async () => {
  await using google = await startGoogle();
  await using store = await openStore({ memory: true });
  await withClient({ ...google, store }, async (client) => {
    const unknown = { model: MODEL, input: "go on", previous_response_id: "resp_gi-v1_unknown" };
    await assert.rejects(client.responses.create(unknown), OpenAI.APIError);
    const { id } = await client.responses.create({ model: MODEL, input: "hi", store: true });
    assert.match(id, /^resp_gi-/);
    await assert.rejects(
      client.responses.create({
        model: MODEL,
        input: "go on",
        previous_response_id: id,
        top_logprobs: 2,
      }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "previous_response_id",
    );
  });
});
