/** A client of Anthropic's messages. @module */
import {
  type Call,
  type ClientFormat,
  eventsIn,
  type Message,
  ownOf,
  PARAMETERS,
  toolsOf,
} from "./history.ts";

// deno-lint-ignore no-explicit-any -- read as deep as a test needs
type Json = any;

function messageOf(message: Message): unknown {
  switch (message.type) {
    case "user":
      return { role: "user", content: message.text };
    case "results":
      return {
        role: "user",
        content: message.calls.map(({ id, name }) => ({
          type: "tool_result",
          tool_use_id: id,
          content: JSON.stringify({ of: name }),
        })),
      };
    case "model":
      return {
        role: "assistant",
        content: ownOf(message, "messages") ?? [
          ...(message.text === "" ? [] : [{ type: "text", text: message.text }]),
          ...message.calls.map(({ id, name, args }) => ({
            type: "tool_use",
            id,
            name,
            input: JSON.parse(args),
          })),
        ],
      };
  }
}

/** The blocks of a stream, joined as clients do. */
function joined(events: readonly Json[]): Json[] {
  const blocks: Json[] = [];
  const inputs: string[] = [];
  for (const { type, index, content_block: block, delta } of events) {
    if (type === "content_block_start") blocks[index] = { ...block };
    if (type !== "content_block_delta") continue;
    if (delta.type === "text_delta") blocks[index].text += delta.text;
    if (delta.type === "thinking_delta") blocks[index].thinking += delta.thinking;
    if (delta.type === "signature_delta") blocks[index].signature = delta.signature;
    if (delta.type === "input_json_delta") {
      inputs[index] = (inputs[index] ?? "") + delta.partial_json;
    }
  }
  inputs.forEach((input, index) => blocks[index].input = JSON.parse(input || "{}"));
  return blocks;
}

/** The format. */
export const MESSAGES_CLIENT: ClientFormat = {
  name: "messages",
  path: "/v1/messages",
  body: (history, { model, isStream, functions }) => ({
    model,
    stream: isStream,
    max_tokens: 8000,
    thinking: { type: "enabled", budget_tokens: 2000 },
    messages: history.map(messageOf),
    ...toolsOf(functions, (name) => ({ name, input_schema: PARAMETERS })),
  }),
  read(text, isStream) {
    const blocks: Json[] = isStream ? joined(eventsIn(text)) : JSON.parse(text).content;
    const calls = blocks.filter(({ type }) => type === "tool_use")
      .map(({ id, name, input }): Call => ({ id, name, args: JSON.stringify(input) }));
    const texts = blocks.filter(({ type }) => type === "text").map(({ text }) => text);
    return { text: texts.join(""), calls, own: blocks };
  },
};
