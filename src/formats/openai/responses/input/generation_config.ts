/**
 * The options of a request as the native `generationConfig`.
 *
 * @see {@link https://ai.google.dev/api/generate-content#GenerationConfig}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { nativeSchema } from "../../../shared/request/json_schema.ts";
import { outputLimit } from "../../../shared/request/output_limit.ts";
import { isEffort, thinkingConfig } from "../../../shared/request/thinking.ts";

/** What the options depend on. */
export interface ConfigOptions {
  /** The model that is called. */
  readonly model: string;
  /** What the client asked to be included. */
  readonly include: ReadonlySet<string>;
  /** The options of images; undefined if no images are to be made. */
  readonly imageConfig: JsonObject | undefined;
}

/**
 * The configuration; undefined if nothing is asked for.
 *
 * @throws {RpcError} INVALID_ARGUMENT for an option that is malformed.
 */
export function generationConfig(
  body: JsonObject,
  { model, include, imageConfig }: ConfigOptions,
): JsonObject | undefined {
  const logprobs = numberAt(body, "top_logprobs");
  const withLogprobs = logprobs !== undefined || include.has("message.output_text.logprobs");
  const config = {
    ...defined({
      temperature: numberAt(body, "temperature"),
      topP: numberAt(body, "top_p"),
      maxOutputTokens: outputLimit(numberAt(body, "max_output_tokens"), model),
      thinkingConfig: thinkingOf(body.reasoning, model),
    }),
    ...(withLogprobs ? { responseLogprobs: true } : {}),
    ...(logprobs ? { logprobs } : {}),
    ...formatOf(body.text),
    ...imagesOf(imageConfig),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

function imagesOf(imageConfig: JsonObject | undefined): JsonObject {
  if (imageConfig === undefined) return {};
  const isEmpty = Object.keys(imageConfig).length === 0;
  return { responseModalities: ["TEXT", "IMAGE"], ...(isEmpty ? {} : { imageConfig }) };
}

function thinkingOf(reasoning: unknown, model: string): JsonObject | undefined {
  if (reasoning === undefined || reasoning === null) return undefined;
  if (!isJsonObject(reasoning)) throw invalidField("reasoning", '"reasoning" has to be an object');
  const { effort, summary, generate_summary: former } = reasoning;
  if (effort !== undefined && effort !== null && !isEffort(effort)) {
    throw invalidField(
      "reasoning.effort",
      '"reasoning.effort" has to be none, minimal, low, medium, high, xhigh or max',
    );
  }
  const isShown = typeof (summary ?? former) === "string";
  return thinkingConfig({
    model,
    ...(isEffort(effort) ? { effort } : {}),
    ...(isShown ? { includeThoughts: true } : {}),
  });
}

/** `text.format`: plain text, any JSON, or JSON of a schema. */
function formatOf(text: unknown): JsonObject {
  if (text === undefined || text === null) return {};
  if (!isJsonObject(text)) throw invalidField("text", '"text" has to be an object');
  const { format } = text;
  if (format === undefined || format === null) return {};
  const type = isJsonObject(format) ? format.type : undefined;
  if (type === "text") return {};
  const json = { responseMimeType: "application/json" };
  if (type === "json_object") return json;
  const schema = isJsonObject(format) ? format.schema : undefined;
  if (type === "json_schema" && isJsonObject(schema)) {
    return { ...json, responseJsonSchema: nativeSchema(schema, "text.format.schema") };
  }
  throw invalidField(
    "text.format",
    '"text.format" has to be of type text, json_object, or json_schema with a "schema"',
  );
}

function numberAt(body: JsonObject, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  throw invalidField(field, `"${field}" has to be a number`);
}
