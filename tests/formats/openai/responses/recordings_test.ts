import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { INPUT_TOKENS } from "../../../../src/formats/openai/responses/input_tokens.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { readExchanges } from "../../../recordings/exchanges.ts";
import { checkEvents, eventsOf } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";

/** What the recorded requests ask for that Gemini cannot do. */
const REFUSED =
  /background|conversation|moderation|file_search|"mcp"|compaction|Previous response|No tool call found/;

async function recorded() {
  const exchanges = await readExchanges("openai");
  return exchanges.flatMap(({ path, request, status, response }) =>
    path === "/v1/responses" && isJsonObject(request) && status === 200
      ? [{ request, response }]
      : []
  );
}

/** The events of recorded frames. */
function recordedEvents(frames: string): JsonObject[] {
  return frames.split(/\r?\n/).filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)));
}

/** Native chunks that say what a recorded stream says. */
function chunksFor(output: readonly JsonObject[]): JsonObject[] {
  const parts = output.flatMap((item): JsonObject[] => {
    if (item.type === "reasoning") return [{ text: "Thinking", thought: true }];
    if (item.type === "function_call") {
      const name = typeof item.namespace === "string"
        ? `${item.namespace}.${item.name}`
        : item.name;
      return [{ functionCall: { name, args: JSON.parse(String(item.arguments)) } }];
    }
    if (item.type !== "message" || !Array.isArray(item.content)) return [];
    return String(item.content[0]?.text).match(/[^]{1,20}/g)?.map((text) => ({ text })) ?? [];
  });
  const isSearched = output.some(({ type }) => type === "web_search_call");
  const found = isSearched ? { groundingMetadata: { webSearchQueries: ["x"] } } : {};
  return [
    ...parts.map((part) => ({ candidates: [{ content: { parts: [part] }, ...found }] })),
    { candidates: [{ finishReason: "STOP" }], usageMetadata: { totalTokenCount: 3 } },
  ];
}

/** The members of events by type, and of items by type, as far as both sides have the type. */
function membersOf(events: readonly JsonObject[]): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  const note = (type: unknown, value: unknown) => {
    if (!isJsonObject(value)) return;
    const known = members.get(String(type)) ?? new Set();
    for (const name in value) known.add(name);
    members.set(String(type), known);
  };
  for (const event of events) {
    note(event.type, event);
    if (isJsonObject(event.item)) note(`${event.type} ${event.item.type}`, event.item);
    if (isJsonObject(event.part)) note(`${event.type} ${event.part.type}`, event.part);
  }
  return members;
}

Deno.test("Every recorded request that names what Gemini can do is taken", async () => {
  let taken = 0;
  for (const { request } of await recorded()) {
    const previousContents = typeof request.previous_response_id === "string" ? [] : undefined;
    try {
      const context = testContext({ previousContents });
      const { calls } = OPENAI_RESPONSES.read({ ...request, model: "gemini-3-flash" }, context);
      assert.equal(calls.length, 1);
      taken++;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      assert.match(error.message, REFUSED, error.message);
    }
  }
  assert.ok(taken >= 33, `only ${taken} were taken`);
});

Deno.test("Every recorded count of an input is taken", async () => {
  const exchanges = await readExchanges("openai");
  const counts = exchanges.filter(({ path }) => path === "/v1/responses/input_tokens");
  for (const { request, response } of counts) {
    assert.ok(isJsonObject(request) && isJsonObject(response));
    const reading = INPUT_TOKENS.read({ ...request, model: "gemini-3-flash" }, testContext());
    if (reading.response.type !== "whole") assert.fail();
    const { input_tokens: totalTokens } = response;
    assert.deepEqual(reading.response.translate([{ totalTokens }]), { json: response });
  }
  assert.equal(counts.length, 4);
});

/** Members that OpenAI sends and the gateway does not: its padding, what its own models tell, and its loaded tools. */
const NOT_SENT = new Set(["obfuscation", "encrypted_content", "phase", "content", "namespace"]);

Deno.test("Streams have the events, the items and the members of the recorded ones", async () => {
  let compared = 0;
  for (const { request, response } of await recorded()) {
    if (typeof response !== "string") continue;
    const expected = recordedEvents(response);
    const last = expected.at(-1);
    if (!isJsonObject(last?.response) || !Array.isArray(last.response.output)) continue;
    const output: JsonObject[] = last.response.output;
    const known = ["reasoning", "function_call", "message", "web_search_call"];
    if (output.some(({ type }) => !known.includes(String(type)))) continue;
    if (expected[0]?.sequence_number === undefined || request.background === true) continue;
    const { background: _, moderation: __, conversation: ___, ...body } = request;
    const context = testContext({ previousContents: [] });
    const reading = OPENAI_RESPONSES.read({ ...body, model: "gemini-3-flash" }, context);
    if (reading.response.type !== "stream") assert.fail();
    const translator = reading.response.translator();
    const frames = chunksFor(output).map((chunk) => translator.chunk(chunk)).join("");
    const events = eventsOf(frames + translator.end());
    const completed = checkEvents(events);
    compared++;
    const ours = membersOf(events);
    for (const [type, members] of membersOf(expected)) {
      // One search has one item; thoughts that OpenAI does not show have no events.
      const mine = ours.get(type);
      if (mine === undefined) {
        assert.match(type, /annotation|reasoning|web_search_call/, type);
        continue;
      }
      for (const name of members) {
        if (!NOT_SENT.has(name)) assert.ok(mine.has(name), `${type} lacks ${name}`);
      }
    }
    const common = Object.keys(last.response).filter((name) => !OPENAIS_OWN.has(name));
    for (const name of common) assert.ok(name in completed, `the response lacks ${name}`);
  }
  assert.ok(compared >= 10, `only ${compared} were compared`);
});

/** Members of a response that are about OpenAI's accounts and other products. */
const OPENAIS_OWN = new Set([
  "billing",
  "conversation",
  "frequency_penalty",
  "moderation",
  "presence_penalty",
  "prompt_cache_retention",
  "tool_usage",
]);

Deno.test("Whole responses have the members of the recorded ones", async () => {
  for (const { response } of await recorded()) {
    if (!isJsonObject(response)) continue;
    const { response: writer } = OPENAI_RESPONSES.read({ model: "m", input: "x" }, testContext());
    if (writer.type !== "whole") assert.fail();
    const body = writer.translate([{ candidates: [{ content: { parts: [{ text: "x" }] } }] }]);
    assert.ok("json" in body);
    for (const name in response) {
      if (!OPENAIS_OWN.has(name)) assert.ok(name in body.json, `the response lacks ${name}`);
    }
  }
});
