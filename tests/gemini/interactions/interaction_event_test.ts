/** Reads events of the Interactions API. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8Bytes } from "../../../src/base/text/text.ts";
import { interactionFacts, NO_FACTS } from "../../../src/gemini/interactions/interaction_event.ts";
import { usageOfInteraction } from "../../../src/gemini/interactions/interaction_usage.ts";

const USAGE = {
  total_tokens: 9,
  total_input_tokens: 2,
  total_output_tokens: 3,
  total_thought_tokens: 4,
};
const COUNTED = { prompt: 2, cached: 0, tool: 0, candidates: 3, thoughts: 4, total: 9 };

function factsOf(event: unknown, frame = (json: string) => `data: ${json}\n\n`) {
  return interactionFacts(utf8Bytes(frame(JSON.stringify(event))));
}

Deno.test("interactionFacts() reads the ids that an event names", () => {
  const created = {
    interaction: { id: "v1_a", environment_id: "env" },
    event_type: "interaction.created",
  };
  assert.equal(factsOf(created).interaction, '{"id":"v1_a","environment_id":"env"}');
  const update = { interaction_id: "v1_b", event_type: "interaction.status_update" };
  assert.equal(factsOf(update).interaction, '{"id":"v1_b"}');
  const delta = { delta: { id: "no", interaction: { id: "no" } }, event_type: "step.delta" };
  assert.equal(factsOf(delta).interaction, undefined);
});

Deno.test("interactionFacts() reads fields of every framing", () => {
  const event = { interaction_id: 'é"x', event_type: "interaction.status_update" };
  for (
    const frame of [
      (json: string) => `event: x\r\nid: 1\r\ndata:${json}\r\n\r\n`,
      (json: string) => `: c\rdata: ${json}\rretry: 1\r\r`,
      (json: string) => `data: ${json.replace(",", "\ndata: ,")}\n\n`,
      (json: string) => json.replace(",", ",\n "),
    ]
  ) assert.equal(factsOf(event, frame).interaction, '{"id":"é\\"x"}');
});

Deno.test("interactionFacts() reads usage wherever it stands", () => {
  for (
    const event of [
      { interaction: { id: "a", usage: USAGE }, event_type: "interaction.completed" },
      { index: 0, usage: USAGE, event_type: "step.stop" },
      { metadata: { total_usage: USAGE }, event_type: "step.stop" },
    ]
  ) assert.deepEqual(factsOf(event).usage, COUNTED);
  assert.equal(factsOf({ usage: {}, event_type: "step.stop" }).usage, undefined);
  assert.deepEqual(usageOfInteraction(utf8Bytes(JSON.stringify({ usage: USAGE }))), COUNTED);
});

Deno.test("interactionFacts() reads an error with its code", () => {
  const event = { event_type: "error", error: { code: "quota_exceeded", message: "No more" } };
  const { error } = factsOf(event);
  assert.deepEqual(
    [error?.code, error?.status, error?.textCode, error?.message],
    [429, "RESOURCE_EXHAUSTED", "quota_exceeded", "No more"],
  );
  assert.equal(
    factsOf({ step: { error: {} }, error: null, event_type: "step.start" }).error,
    undefined,
  );
  const bare = { error: { code: 503, message: "Overloaded", status: "UNAVAILABLE" } };
  assert.equal(factsOf(bare, (json) => json).error?.code, 503);
});

Deno.test("interactionFacts() says whether data is there, and whether it is cut off", () => {
  assert.deepEqual(interactionFacts(utf8Bytes(": ping\n\n")), NO_FACTS);
  const done = interactionFacts(utf8Bytes("event: done\ndata: [DONE]"));
  assert.deepEqual([done.hasData, done.isCut], [true, false]);
  const cut = interactionFacts(utf8Bytes('data: {"interaction":{"id":"v1_a","steps":[{"te'));
  assert.deepEqual([cut.isCut, cut.interaction], [true, '{"id":"v1_a"}']);
});

Deno.test("interactionFacts() takes any bytes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, isData) => {
    interactionFacts(utf8Bytes(isData ? `data: {"interaction":${text}` : text));
  }));
});
