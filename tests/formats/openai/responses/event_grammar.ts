/**
 * Checks the events of a stream of Responses against OpenAI's order.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";

/** The events of frames: each has a name and one line of data with the same type. */
export function eventsOf(frames: string): JsonObject[] {
  return frames.split("\n\n").filter((frame) => frame !== "").map((frame) => {
    const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(frame) ?? assert.fail(frame);
    const event: unknown = JSON.parse(data ?? "");
    assert.ok(isJsonObject(event));
    assert.equal(event.type, name);
    return event;
  });
}

/** What is between the beginning and the end of an item, by its type: events without `response.`. */
const BODIES: Readonly<Record<string, RegExp>> = {
  message:
    /^(content_part.added (output_text.delta )*(output_text.annotation.added )*output_text.done content_part.done |content_part.added refusal.delta refusal.done content_part.done )$/,
  reasoning:
    /^(reasoning_summary_part.added (reasoning_summary_text.delta )+reasoning_summary_text.done reasoning_summary_part.done )?$/,
  function_call: /^function_call_arguments.delta function_call_arguments.done $/,
  custom_tool_call: /^custom_tool_call_input.delta custom_tool_call_input.done $/,
  web_search_call:
    /^web_search_call.in_progress web_search_call.searching web_search_call.completed $/,
  image_generation_call:
    /^image_generation_call.in_progress image_generation_call.generating image_generation_call.completed $/,
  code_interpreter_call:
    /^code_interpreter_call.in_progress code_interpreter_call_code.delta code_interpreter_call_code.done code_interpreter_call.interpreting code_interpreter_call.completed $/,
};

/** Checks a whole stream, and returns the response of its last event. */
export function checkEvents(events: readonly JsonObject[]): JsonObject {
  assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
  const names = events.map(({ type }) => String(type).replace("response.", ""));
  assert.deepEqual(names.slice(0, 2), ["created", "in_progress"]);
  const last = events.at(-1);
  assert.match(names.at(-1) ?? "", /^(completed|incomplete|failed)$/);
  assert.ok(isJsonObject(last?.response));
  assert.equal(last.response.status, names.at(-1));
  const hasFailed = names.at(-1) === "failed";
  assert.equal(names.at(-2) === "error", hasFailed, "an error stands before a failed response");
  let open: { item: JsonObject; index: unknown; body: string } | undefined;
  const items: unknown[] = [];
  for (const [nth, event] of events.slice(0, hasFailed ? -2 : -1).entries()) {
    const name = names[nth] ?? "";
    if (nth < 2) continue;
    if (name === "output_item.added") {
      assert.equal(open, undefined, "an item begins in another");
      assert.ok(isJsonObject(event.item));
      assert.equal(event.output_index, items.length);
      open = { item: event.item, index: event.output_index, body: "" };
    } else if (name === "output_item.done") {
      assert.ok(open !== undefined && isJsonObject(event.item));
      assert.equal(event.output_index, open.index);
      assert.equal(event.item.id, open.item.id);
      const type = String(event.item.type);
      assert.match(open.body, BODIES[type] ?? /^$/, type);
      items.push(event.item);
      open = undefined;
    } else {
      assert.ok(open !== undefined, `${name} outside of an item`);
      assert.equal(event.item_id, open.item.id);
      assert.equal(event.output_index, open.index);
      open.body += `${name} `;
    }
  }
  assert.equal(open, undefined, "an item does not end");
  assert.deepEqual(last.response.output, items);
  assert.equal(new Set(items.map((item) => isJsonObject(item) ? item.id : "")).size, items.length);
  return last.response;
}
