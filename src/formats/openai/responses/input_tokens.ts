/**
 * OpenAI's count of the tokens of an input: `POST /v1/responses/input_tokens`. Google counts them.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/input-tokens}
 * @module
 */
import { count } from "../../../gemini/api/token_usage.ts";
import { type FieldRule, ignored } from "../../field_rule.ts";
import type { Operation } from "../../operation.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { readRequest } from "./read_request.ts";
import { referencesOf } from "./references.ts";
import { REQUEST_FIELDS } from "./request_fields.ts";

/** The fields that a count takes, as a response does. */
const NAMES: ReadonlySet<string> = new Set([
  "conversation",
  "input",
  "instructions",
  "model",
  "parallel_tool_calls",
  "previous_response_id",
  "reasoning",
  "text",
  "tool_choice",
  "tools",
  "truncation",
]);

const FIELDS: readonly FieldRule[] = [
  ...REQUEST_FIELDS.filter(({ name }) => NAMES.has(name.split(".", 1)[0] ?? "")),
  ignored("personality", "Gemini has no such option"),
];

/** The operation. */
export const INPUT_TOKENS: Operation = {
  name: "openai.input_tokens",
  fields: FIELDS,
  references: referencesOf,
  read(body, context) {
    const { model, native, interaction, about } = readRequest(body, { fields: FIELDS, context });
    if (interaction !== undefined) {
      throw invalidField(
        "previous_response_id",
        "The response before is stored at Google, which does not count stored conversations",
      );
    }
    // The request names its model itself, as Google requires.
    const generateContentRequest = { model: `models/${model}`, ...native };
    return {
      calls: [{ method: "countTokens", model, body: { generateContentRequest } }],
      response: {
        type: "whole",
        translate: ([response = {}]) => ({
          json: { object: "response.input_tokens", input_tokens: count(response.totalTokens) },
        }),
      },
      ...about,
    };
  },
};
