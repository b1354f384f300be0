/**
 * A small operation, for what all operations share.
 *
 * @module
 */
import type { Operation } from "../../../src/formats/operation.ts";
import { invalidField } from "../../../src/formats/shared/fields/invalid_field.ts";

/** A small operation: `{model, text, stream, times}` gives the text of the responses. */
export const ECHO: Operation = {
  name: "test.echo",
  fields: [],
  references: (body) => typeof body.call === "string" ? { toolCalls: [body.call] } : {},
  read(body, context) {
    const { model, text, stream, times = 1, session } = body;
    if (typeof text !== "string") throw invalidField("text", "The text is missing");
    const call = {
      method: stream === true ? "streamGenerateContent" as const : "generateContent" as const,
      model: context.resolveModel(String(model)),
      body: { contents: [{ role: "user", parts: [{ text }] }] },
    };
    return {
      calls: Array.from({ length: Number(times) }, () => call),
      ...(typeof session === "string" ? { session } : {}),
      warning: "made up",
      response: stream === true
        ? {
          type: "stream",
          translator: () => ({
            chunk: (chunk) => `chunk ${JSON.stringify(chunk)}\n`,
            error: (error) => `error ${error.status}\n`,
            end: () => "end\n",
          }),
        }
        : { type: "whole", translate: (responses) => ({ json: { responses } }) },
    };
  },
};
