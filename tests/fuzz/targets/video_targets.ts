/**
 * What changes the form of requests and operations for videos: valid JSON stays valid, and anything else is refused.
 *
 * @module
 */
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { geminiOperation, vertexOperation } from "../../../src/upstream/videos/video_operation.ts";
import { geminiVideos, vertexVideos } from "../../../src/upstream/videos/video_request.ts";
import { type FuzzTarget, outcome, textOf } from "../fuzz_target.ts";
import { JSON_SEEDS, JSON_TOKENS } from "./json_tokens.ts";

function checkOperations(bytes: Uint8Array): void {
  for (const read of [geminiOperation, vertexOperation]) {
    const made = outcome(() => read({ type: "json", bytes }), [UpstreamFault]);
    if ("value" in made && "bytes" in made.value) JSON.parse(textOf(made.value.bytes));
  }
}

function checkRequests(bytes: Uint8Array): void {
  const request = outcome(() => parseNativeRequest(bytes), [RpcError]);
  if (!("value" in request)) return;
  for (const write of [geminiVideos, vertexVideos]) JSON.parse(textOf(write(request.value).bytes));
}

/** The targets. */
export const VIDEO_TARGETS: readonly FuzzTarget[] = [
  {
    name: "video_operations",
    seeds: [
      ...JSON_SEEDS,
      '{"response":{"@type":"t","videos":[{"gcsUri":"gs://a/b","mimeType":"video/mp4"}]}}',
      '{"response":{"@type":"t","generateVideoResponse":{"generatedSamples":[{"video":{"uri":"u"}}]}}}',
    ],
    tokens: [
      ...JSON_TOKENS,
      '"response":',
      '"@type":',
      '"videos":[',
      '"generatedSamples":[',
      '"generateVideoResponse":{',
      '"video":{',
      '"mimeType":',
    ],
    check: checkOperations,
  },
  {
    name: "video_requests",
    seeds: [
      '{"instances":[{"prompt":"p","image":{"inlineData":{"mimeType":"m","data":"A"}}}]}',
      '{"instances":{"video":{"uri":"files/a","encoding":"e"},"lastFrame":{"gcsUri":"gs://a"}}}',
    ],
    tokens: [
      ...JSON_TOKENS,
      '"instances":[',
      '"video":{',
      '"image":{',
      '"inlineData":{',
      '"data":',
      '"referenceImages":[',
    ],
    check: checkRequests,
  },
];
