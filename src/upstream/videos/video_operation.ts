/**
 * The operations that make videos. Their results have one form at the Gemini API and another at Vertex AI; a client
 * gets that of the method it called. Operations in progress and failed ones look the same in both.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/video}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation}
 * @module
 */
import { type JsonEdit, withEdits } from "../../gemini/json/json_edit.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import { JsonScanner } from "../../gemini/json/json_scanner.ts";
import { KEEP, listShape, objectShape } from "../../gemini/json/json_shape.ts";
import { JsonSyntaxError } from "../../gemini/json/json_syntax_error.ts";
import { removals } from "../../gemini/json/removals.ts";
import { unusableResponse } from "../exchange/exchange.ts";
import type { UpstreamResponse } from "../upstream.ts";
import { GEMINI_NAMES, renamed, renames, VERTEX_NAMES } from "./video_request.ts";

const TYPE = "@type";
const GEMINI_TYPE =
  "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse";
const VERTEX_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse";

const SHAPE = objectShape({
  response: objectShape({
    [TYPE]: KEEP,
    generateVideoResponse: objectShape({
      generatedSamples: listShape({
        video: objectShape({ uri: KEEP, encodedVideo: KEEP, encoding: KEEP }),
      }),
    }),
    videos: listShape({ gcsUri: KEEP, bytesBase64Encoded: KEEP, mimeType: KEEP }),
  }),
});

/** An operation of Vertex AI in the form of the Gemini API. */
export function geminiOperation(response: UpstreamResponse): UpstreamResponse {
  return edited(response, (result) => {
    if (result.get("generateVideoResponse") !== undefined) return [];
    const type = result.get(TYPE);
    const videos = result.get("videos");
    const opening = `{"${TYPE}":"${GEMINI_TYPE}","generateVideoResponse":{`;
    return [
      { at: result.start, remove: 1, insert: opening },
      ...removals(type === undefined ? [] : [type]),
      ...(videos === undefined ? [] : [renamed(videos, "generatedSamples")]),
      ...(videos?.list ?? []).flatMap((video) => [
        { at: video.start, remove: 0, insert: '{"video":' },
        ...renames(video, GEMINI_NAMES),
        { at: video.end, remove: 0, insert: "}" },
      ]),
      { at: result.end, remove: 0, insert: "}" },
    ];
  });
}

/** An operation of the Gemini API in the form of Vertex AI. */
export function vertexOperation(response: UpstreamResponse): UpstreamResponse {
  return edited(response, (result) => {
    const type = result.get(TYPE);
    const inner = result.field("generateVideoResponse");
    if (!inner?.isObject) return [];
    const samples = inner.field("generatedSamples");
    return [
      ...(type === undefined ? [] : [replaced(type, JSON.stringify(VERTEX_TYPE))]),
      ...(inner.isEmpty ? removals([inner]) : [
        { at: inner.nameStart, remove: inner.start + 1 - inner.nameStart, insert: "" },
        { at: inner.end - 1, remove: 1, insert: "" },
      ]),
      ...(samples === undefined ? [] : [renamed(samples, "videos")]),
      ...(samples?.list ?? []).flatMap(unwrapped),
    ];
  });
}

/** The edits that replace a sample by its video. */
function unwrapped(sample: JsonNode): readonly JsonEdit[] {
  const video = sample.get("video");
  return video === undefined ? [] : [
    { at: sample.start, remove: video.start - sample.start, insert: "" },
    ...renames(video, VERTEX_NAMES),
    { at: video.end, remove: sample.end - video.end, insert: "" },
  ];
}

function replaced({ start, end }: JsonNode, insert: string): JsonEdit {
  return { at: start, remove: end - start, insert };
}

/**
 * A response with edits of its result; unchanged if it has none.
 *
 * @param editsOf The edits, in any order.
 */
function edited(
  response: UpstreamResponse,
  editsOf: (result: JsonNode) => readonly JsonEdit[],
): UpstreamResponse {
  if (response.type !== "json") throw unusableResponse("an operation that is not JSON");
  const result = rootOf(response.bytes).get("response");
  if (!result?.isObject) return response;
  const edits = editsOf(result).toSorted((one, other) => one.at - other.at);
  return { ...response, bytes: withEdits(response.bytes, edits) };
}

function rootOf(json: Uint8Array): JsonNode {
  try {
    const scanner = new JsonScanner(json, { shape: SHAPE });
    scanner.scan();
    return scanner.root();
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw unusableResponse("an operation that can't be read");
  }
}
