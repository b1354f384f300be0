/** Clients of Responses: one that keeps the conversation itself, and one whose conversation the gateway keeps. @module */
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

function itemsOf(message: Message): readonly unknown[] {
  switch (message.type) {
    case "user":
      return [{ type: "message", role: "user", content: message.text }];
    case "results":
      return message.calls.map(({ id, name }) => ({
        type: "function_call_output",
        call_id: id,
        output: JSON.stringify({ of: name }),
      }));
    case "model":
      return ownOf(message, "responses") ?? [
        ...(message.text === "" ? [] : [{
          type: "message",
          role: "assistant",
          content: [{ type: "output_text", text: message.text }],
        }]),
        ...message.calls.map(({ id, name, args }) => ({
          type: "function_call",
          call_id: id,
          name,
          arguments: args,
        })),
      ];
  }
}

function responseIn(text: string, isStream: boolean): Json {
  return isStream
    ? eventsIn(text).find(({ type }) => type === "response.completed")?.response
    : JSON.parse(text);
}

/** The format, for a client that keeps the conversation itself. */
export const RESPONSES_CLIENT: ClientFormat = {
  name: "responses",
  path: "/v1/responses",
  body: (history, { model, isStream, functions }) => ({
    model,
    stream: isStream,
    store: false,
    include: ["reasoning.encrypted_content"],
    reasoning: { effort: "low", summary: "auto" },
    input: history.flatMap(itemsOf),
    ...toolsOf(functions, (name) => ({ type: "function", name, parameters: PARAMETERS })),
  }),
  read(text, isStream) {
    const output: Json[] = responseIn(text, isStream).output;
    const calls = output.filter(({ type }) => type === "function_call")
      .map(({ call_id: id, name, arguments: args }): Call => ({ id, name, args }));
    const texts = output.filter(({ type }) => type === "message")
      .flatMap(({ content }) => content.map(({ text }: Json) => text));
    return { text: texts.join(""), calls, own: output };
  },
};

/** The format, for a client that names the response before and sends only what is new. */
export const STORED_RESPONSES_CLIENT: ClientFormat = {
  name: "stored responses",
  path: "/openai/v1/responses",
  body(history, { model, isStream, functions }) {
    const last = history.findLastIndex(({ type }) => type === "model");
    const before = history[last];
    const [previous] = before === undefined ? [] : ownOf(before, "stored responses") ?? [];
    return {
      model,
      stream: isStream,
      ...(previous === undefined ? {} : { previous_response_id: previous }),
      input: history.slice(last + 1).flatMap(itemsOf),
      ...toolsOf(functions, (name) => ({ type: "function", name, parameters: PARAMETERS })),
    };
  },
  read: (text, isStream) => ({
    ...RESPONSES_CLIENT.read(text, isStream),
    own: [responseIn(text, isStream).id],
  }),
};
