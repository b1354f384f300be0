/**
 * Rewrites bodies in Vertex AI's form, which SDKs in Vertex mode send, for the Gemini API. Bodies in the Gemini
 * API's own form are unchanged, as are members that only Vertex AI knows: the Gemini API names them in its error.
 *
 * @module
 */
import type { JsonEdit } from "../../gemini/json/json_edit.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import { removals } from "../../gemini/json/removals.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";

/** What Vertex AI's `countTokens` accepts at the top level besides contents. */
const COUNTED = ["systemInstruction", "tools", "generationConfig"] as const;

/**
 * A request of `countTokens`. Vertex AI has at the top level what the Gemini API has within a
 * `generateContentRequest`.
 *
 * @param model Model id without `models/`.
 */
export function nativeCount(request: NativeRequest, model: string): NativeRequest {
  const { body } = request;
  if (!COUNTED.some((name) => body.field(name) !== undefined)) return request;
  if (body.field("generateContentRequest") !== undefined) return request;
  const named = body.get("model") === undefined ? `${member(model)},` : "";
  return request.edited([
    { at: body.start, remove: 1, insert: `{"generateContentRequest":{${named}` },
    { at: body.end, remove: 0, insert: "}" },
  ]);
}

/**
 * A request of `embedContent` or `batchEmbedContents`. Vertex AI has the settings within an
 * `embedContentConfig`, and the requests of a batch do not name the model.
 *
 * @param model Model id without `models/`.
 */
export function nativeEmbed(request: NativeRequest, model: string): NativeRequest {
  const batch = request.body.get("requests")?.list.filter(({ isObject }) => isObject) ?? [];
  return request.edited([
    ...configEdits(request.body, model),
    ...batch.flatMap((each) => [...modelEdits(each, model), ...configEdits(each, model)]),
  ]);
}

/** The edits that replace a request's config by the config's members, and name the model if it does not. */
function configEdits(request: JsonNode, model: string): readonly JsonEdit[] {
  const config = configOf(request);
  if (config === undefined) return [];
  const { nameStart, start, end, isEmpty } = config;
  const isNamed = request.get("model") !== undefined;
  if (isEmpty && isNamed) return removals([config]);
  if (isEmpty) return [{ at: nameStart, remove: end - nameStart, insert: member(model) }];
  const insert = isNamed ? "" : `${member(model)},`;
  return [
    { at: nameStart, remove: start + 1 - nameStart, insert },
    { at: end - 1, remove: 1, insert: "" },
  ];
}

/** The edit that names the model in a request without a config. */
function modelEdits(request: JsonNode, model: string): readonly JsonEdit[] {
  if (request.get("model") !== undefined || configOf(request) !== undefined) return [];
  const comma = request.isEmpty ? "" : ",";
  return [{ at: request.start + 1, remove: 0, insert: member(model) + comma }];
}

function configOf(request: JsonNode): JsonNode | undefined {
  const config = request.field("embedContentConfig");
  return config?.isObject ? config : undefined;
}

function member(model: string): string {
  return `"model":${JSON.stringify(`models/${model}`)}`;
}
