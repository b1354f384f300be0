/**
 * Anthropic's count of the tokens of a prompt: `POST …/messages/count_tokens`. Google counts them.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages-count-tokens}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { count } from "../../../gemini/api/token_usage.ts";
import type { Operation } from "../../operation.ts";
import { readRequest } from "./read_request.ts";
import { referencesOf } from "./references.ts";
import { COUNT_FIELDS } from "./request/request_fields.ts";

/** The operation. */
export const COUNT_TOKENS_OPERATION: Operation = {
  name: "anthropic.count_tokens",
  fields: COUNT_FIELDS,
  references: referencesOf,
  read(body, context) {
    const form = readRequest(body, { fields: COUNT_FIELDS, context });
    const { model, session, warning } = form;
    // The request names its model itself, as Google requires.
    const generateContentRequest = { model: `models/${model}`, ...form.body };
    return {
      calls: [{ method: "countTokens", model, body: { generateContentRequest } }],
      response: {
        type: "whole",
        translate: ([response = {}]) => ({ json: { input_tokens: count(response.totalTokens) } }),
      },
      ...defined({ session, warning }),
    };
  },
};
