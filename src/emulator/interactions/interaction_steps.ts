/**
 * Changes a model's response into the steps of an interaction.
 *
 * @module
 */
import type { CatalogueModel } from "../models/catalogue.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt } from "../json.ts";
import { signed } from "../models/thought_signature.ts";

/**
 * Returns the steps.
 *
 * @param parts Of a response of {@linkcode makeResponse}.
 */
export function stepsOf(
  parts: readonly JsonObject[],
  model: CatalogueModel,
): readonly JsonObject[] {
  const thoughts = parts.filter((part) => part["thought"] === true);
  const own = parts.filter((part) => part["thought"] !== true);
  const content = own.map(contentOf).filter((one) => one !== undefined);
  const signature = signed({ text: "" }, { model, flavour: "dev" })["thoughtSignature"];
  return [
    ...(thoughts.length === 0 && signature === undefined ? [] : [{
      signature: signature ?? "",
      ...(thoughts.length === 0
        ? {}
        : { summary: thoughts.map((part) => ({ text: part["text"], type: "text" })) }),
      type: "thought",
    }]),
    ...(content.length === 0 ? [] : [{ content, type: "model_output" }]),
    ...own.map((part) => callOf(part)).filter((call) => call !== undefined),
  ];
}

function contentOf(part: JsonObject): JsonObject | undefined {
  const text = textAt(part, "text");
  if (text !== undefined) return { text, type: "text" };
  const blob = objectAt(part, "inlineData");
  return blob === undefined
    ? undefined
    : { data: blob["data"], mime_type: blob["mimeType"], type: "image" };
}

function callOf(part: JsonObject): JsonObject | undefined {
  const call = objectAt(part, "functionCall");
  if (call === undefined) return undefined;
  const id = crypto.randomUUID().slice(0, 8);
  return { arguments: call["args"] ?? {}, id, name: call["name"], type: "function_call" };
}
