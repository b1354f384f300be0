import assert from "node:assert/strict";
import { referencesOf } from "../../../src/formats/anthropic/messages/references.ts";

function messages(...blocks: readonly unknown[]) {
  return { messages: [{ role: "assistant", content: blocks }] };
}

Deno.test("referencesOf() names each tool call once", () => {
  const call = { type: "tool_use", id: "toolu_1" };
  const result = { type: "tool_result", tool_use_id: "toolu_2" };
  const code = { type: "server_tool_use", id: "srvtoolu_3" };
  assert.deepEqual(referencesOf(messages(call, call, result, code)), {
    toolCalls: ["toolu_1", "toolu_3"],
  });
});

Deno.test("referencesOf() passes over what is malformed or too long", () => {
  const bodies = [
    {},
    { messages: {} },
    { messages: [1, null, { content: "a" }, { content: [1, null] }] },
    messages({ type: "tool_use" }, { type: "tool_use", id: 1 }),
    messages({ type: "tool_use", id: "a".repeat(100) }, { type: "server_tool_use", id: "a" }),
  ];
  for (const body of bodies) assert.deepEqual(referencesOf(body), {});
});
