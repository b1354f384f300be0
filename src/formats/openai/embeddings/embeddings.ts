/**
 * OpenAI's `POST embeddings`, by `batchEmbedContents`.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/embeddings/create}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { Operation, OperationContext, Reading, TranslatedCall } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { LooseFields } from "../loose_fields.ts";
import { EMBEDDING_FIELDS } from "./embedding_fields.ts";
import { embeddingList } from "./embedding_list.ts";

/** Most texts of one request, as at OpenAI. */
const MOST_TEXTS = 2048;

/** Most contents of one native call. A longer list is sent in several, side by side. */
const MOST_IN_CALL = 100;

const ENCODINGS = ["float", "base64"] as const;

/** Embeddings. */
export const EMBEDDINGS: Operation = {
  name: "openai.embeddings",
  fields: EMBEDDING_FIELDS,
  read: readEmbeddings,
};

function readEmbeddings(body: JsonObject, context: OperationContext): Reading {
  checkFields(body, EMBEDDING_FIELDS);
  const fields = new LooseFields(body);
  const texts = textsOf(body.input);
  const model = context.resolveModel(fields.requiredText("model"));
  const dimensions = fields.integerWithin("dimensions", { least: 1 });
  const encoding = fields.word("encoding_format", ENCODINGS) ?? "float";
  return {
    calls: callsFor(texts, { model, dimensions }),
    needsAllCalls: true,
    response: {
      type: "whole",
      translate: (responses) => ({
        json: embeddingList(responses, { model, encoding, count: texts.length }),
      }),
    },
  };
}

function callsFor(
  texts: readonly string[],
  { model, dimensions }: { readonly model: string; readonly dimensions: number | undefined },
): TranslatedCall[] {
  const calls: TranslatedCall[] = [];
  for (let from = 0; from < texts.length; from += MOST_IN_CALL) {
    const requests = texts.slice(from, from + MOST_IN_CALL).map((text) => ({
      model: `models/${model}`,
      content: { parts: [{ text }] },
      ...defined({ outputDimensionality: dimensions }),
    }));
    calls.push({ method: "batchEmbedContents", model, body: { requests } });
  }
  return calls;
}

function textsOf(input: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (items.length === 0) throw invalidField("input", '"input" is an empty list: send a text');
  if (items.length > MOST_TEXTS) {
    throw invalidField(
      "input",
      `"input" has ${items.length} texts: send at most ${MOST_TEXTS} in a request`,
    );
  }
  return items.map((item, nth) => {
    const field = Array.isArray(input) ? `input[${nth}]` : "input";
    if (typeof item === "string" && item !== "") return item;
    throw invalidField(field, faultOf(item, field));
  });
}

function faultOf(item: unknown, field: string): string {
  if (item === "") return `"${field}" is an empty text, which has no embedding`;
  return typeof item === "number" || Array.isArray(item)
    ? `"${field}" holds tokens, which only OpenAI's models know: send the text itself. ` +
      "In LangChain's OpenAIEmbeddings set check_embedding_ctx_length=False"
    : `"${field}" has to be a text`;
}
