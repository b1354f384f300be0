/**
 * What real clients asked Anthropic's API, and what it returned: the requests that Gemini can serve are taken, and the
 * responses have the same fields.
 */
import assert from "node:assert/strict";
import { findModel } from "../../../src/emulator/models/catalogue.ts";
import { findBrokenRule } from "../../../src/emulator/models/request_rules.ts";
import { checkMessage } from "../../../src/emulator/schema/proto_check.ts";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { fieldOf } from "../../../src/formats/shared/fields/invalid_field.ts";
import { readExchanges, type RecordedExchange } from "../../recordings/exchanges.ts";
import { eventsOf } from "./event_grammar.ts";
import {
  COUNT_TOKENS_OPERATION,
  messageFor,
  MESSAGES_OPERATION,
  responseWith,
  streamFor,
  TestContext,
} from "./operations.ts";

/** The requests that are refused, by the field that the refusal names. */
const REFUSED: Readonly<Record<string, string>> = {
  "test_anthropic_mcp_servers_stream.yaml#0": "mcp_servers",
  "test_anthropic_advisor_tool_stream.yaml#0": "tools[0].type",
};

const MODELS = ["gemini-2.5-flash", "gemini-3-flash-preview"];

const exchanges = (await readExchanges("anthropic"))
  .filter(({ path }) => path.startsWith("/v1/messages"));

/** Fields of usage that are not always there: Anthropic's regions, and the searches of requests that allow them. */
const OTHER_USAGE = ["inference_geo", "server_tool_use"];

function nameOf({ source }: RecordedExchange): string {
  return source.slice(source.lastIndexOf("/") + 1);
}

for (const model of MODELS) {
  Deno.test(`Every recorded request is taken with ${model}`, () => {
    let taken = 0;
    for (const exchange of exchanges) {
      assert.ok(isJsonObject(exchange.request));
      const isCount = exchange.path.endsWith("/count_tokens");
      const operation = isCount ? COUNT_TOKENS_OPERATION : MESSAGES_OPERATION;
      try {
        const { calls } = operation.read({ ...exchange.request, model }, new TestContext());
        assert.ok(calls[0]);
        if (isCount) checkCount(calls[0].body);
        else checkNative(calls[0].body, { model, name: nameOf(exchange) });
        taken++;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        assert.equal(fieldOf(error), REFUSED[nameOf(exchange)], nameOf(exchange));
      }
    }
    assert.equal(taken, exchanges.length - Object.keys(REFUSED).length);
  });
}

Deno.test("A whole message has the fields of the recorded ones", () => {
  const response = responseWith([{ text: "hello" }], { finishReason: "STOP" });
  const ours = messageFor(response);
  const recorded = exchanges.map(({ response }) => response).filter((body): body is JsonObject =>
    isJsonObject(body) && body.type === "message"
  );
  assert.ok(recorded.length >= 20);
  const known = new Set(recorded.flatMap((message) => Object.keys(message)));
  for (const field of Object.keys(ours)) assert.ok(known.has(field), field);
  for (const message of recorded) {
    for (const field of Object.keys(message)) {
      if (field !== "container" && field !== "context_management") assert.ok(field in ours, field);
    }
    for (const field of Object.keys(usageOf(message))) {
      assert.ok(OTHER_USAGE.includes(field) || field in usageOf(ours), field);
    }
  }
});

Deno.test("The events of a stream have the fields of the recorded ones", () => {
  const chunks = [
    responseWith([{ text: "think", thought: true, thoughtSignature: "c2ln" }]),
    responseWith([{ text: "hello" }]),
    responseWith([{ functionCall: { name: "f", args: { a: 1 } } }], { finishReason: "STOP" }),
  ];
  const ours = eventsOf(streamFor(chunks, { thinking: { type: "adaptive" } }));
  const recorded = exchanges.map(({ response }) => response)
    .filter((response) => typeof response === "string").flatMap(eventsOf);
  const shapes = new Set(recorded.map((event) => shapeOf(event)));
  for (const event of ours) {
    if (event.type === "message_start" || event.type === "message_delta") continue;
    assert.ok(shapes.has(shapeOf(event)), shapeOf(event));
  }
});

function usageOf({ usage }: JsonObject): JsonObject {
  assert.ok(isJsonObject(usage));
  return usage;
}

/** The names of an event's fields, with the types of blocks and deltas. */
function shapeOf(event: JsonObject): string {
  return JSON.stringify(event, (key, value) => {
    if (key === "caller") return undefined;
    if (key === "input") return "input";
    if (isJsonObject(value)) {
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
    }
    return key === "type" ? value : typeof value;
  });
}

function checkCount(body: JsonObject): void {
  const { violations } = checkMessage(body, { message: "CountTokensRequest", flavour: "dev" });
  assert.deepEqual(violations, []);
}

/** Asserts that Google takes a request, on both of its APIs: Vertex without what is for the Gemini API alone. */
function checkNative(body: JsonObject, { model: id, name }: { model: string; name: string }): void {
  const model = findModel(id, "generativelanguage.googleapis.com");
  assert.ok(model, id);
  for (const flavour of ["dev", "vertex"] as const) {
    const message = "GenerateContentRequest";
    const config = isJsonObject(body.toolConfig) ? body.toolConfig : {};
    const { includeServerSideToolInvocations: _, ...toolConfig } = config;
    const sent = flavour === "vertex" ? { ...body, toolConfig } : body;
    const { value, violations } = checkMessage(sent, { message, flavour });
    assert.deepEqual(violations, [], name);
    assert.equal(findBrokenRule(value, { model, flavour, message }), undefined, name);
  }
}
