/** A client of chat completions. @module */
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

function messagesOf(message: Message): readonly unknown[] {
  switch (message.type) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "results":
      return message.calls.map(({ id, name }) => ({
        role: "tool",
        tool_call_id: id,
        content: JSON.stringify({ of: name }),
      }));
    case "model":
      return ownOf(message, "chat") ?? [{
        role: "assistant",
        content: message.text || null,
        ...(message.calls.length === 0 ? {} : {
          tool_calls: message.calls.map(({ id, name, args }) => ({
            id,
            type: "function",
            function: { name, arguments: args },
          })),
        }),
      }];
  }
}

/** The message of a stream, joined as clients do. */
function joined(events: readonly Json[]): Json {
  const message: Json = { role: "assistant", content: "", tool_calls: [] };
  for (const { choices: [choice] } of events) {
    const { content, tool_calls: calls = [], extra_content: extra } = choice?.delta ?? {};
    message.content += content ?? "";
    if (extra !== undefined) message.extra_content = extra;
    for (const { index, ...call } of calls) message.tool_calls[index] = call;
  }
  if (message.tool_calls.length === 0) delete message.tool_calls;
  return message;
}

/** The format. */
export const CHAT_CLIENT: ClientFormat = {
  name: "chat",
  path: "/v1/chat/completions",
  body: (history, { model, isStream, functions }) => ({
    model,
    stream: isStream,
    messages: history.flatMap(messagesOf),
    ...toolsOf(functions, (name) => ({
      type: "function",
      function: { name, parameters: PARAMETERS },
    })),
  }),
  read(text, isStream) {
    const message = isStream ? joined(eventsIn(text)) : JSON.parse(text).choices[0].message;
    const calls = (message.tool_calls ?? []).map(
      ({ id, function: { name, arguments: args } }: Json): Call => ({ id, name, args }),
    );
    return { text: message.content ?? "", calls, own: [message] };
  },
};
