/** The forms of requests and operations for videos. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { operationIn } from "../../../src/upstream/videos/operation_name.ts";
import { geminiOperation, vertexOperation } from "../../../src/upstream/videos/video_operation.ts";
import { geminiVideos, vertexVideos } from "../../../src/upstream/videos/video_request.ts";

const GEMINI_TYPE =
  "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse";
const VERTEX_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse";

const utf8 = new TextEncoder();

/** What a function makes of an operation. */
function made(of: typeof geminiOperation, operation: unknown, space?: number) {
  const bytes = utf8.encode(JSON.stringify(operation, undefined, space));
  const response = of({ type: "json", bytes });
  assert.ok("bytes" in response);
  return JSON.parse(new TextDecoder().decode(response.bytes));
}

function sent(of: typeof geminiVideos, request: unknown) {
  const bytes = utf8.encode(JSON.stringify(request));
  return JSON.parse(new TextDecoder().decode(of(parseNativeRequest(bytes)).bytes));
}

/** Operations of Vertex AI, and the same in the form of the Gemini API. */
const OPERATIONS: readonly (readonly [title: string, vertex: unknown, gemini: unknown])[] = [
  ["in progress", { name: "a" }, { name: "a" }],
  ["failed", { done: true, error: { code: 3 } }, { done: true, error: { code: 3 } }],
  [
    "with videos",
    {
      done: true,
      response: {
        "@type": VERTEX_TYPE,
        raiMediaFilteredCount: 1,
        videos: [
          { gcsUri: "gs://a/b", mimeType: "video/mp4", more: [1] },
          { bytesBase64Encoded: "AAAA", mimeType: "video/mp4" },
        ],
        unknown: {},
      },
    },
    {
      done: true,
      response: {
        "@type": GEMINI_TYPE,
        generateVideoResponse: {
          raiMediaFilteredCount: 1,
          generatedSamples: [
            { video: { uri: "gs://a/b", encoding: "video/mp4", more: [1] } },
            { video: { encodedVideo: "AAAA", encoding: "video/mp4" } },
          ],
          unknown: {},
        },
      },
    },
  ],
  [
    "whose videos were all refused",
    { response: { "@type": VERTEX_TYPE, raiMediaFilteredReasons: ["x"] } },
    {
      response: {
        "@type": GEMINI_TYPE,
        generateVideoResponse: { raiMediaFilteredReasons: ["x"] },
      },
    },
  ],
];

Deno.test("Operations of Vertex AI and of the Gemini API are made from one another", async (t) => {
  for (const [title, vertex, gemini] of OPERATIONS) {
    await t.step(title, () => {
      for (const space of [undefined, 2]) {
        assert.deepEqual(made(geminiOperation, vertex, space), gemini);
        assert.deepEqual(made(vertexOperation, gemini, space), vertex);
      }
      // An operation that has the wanted form already is not changed.
      assert.deepEqual(made(geminiOperation, gemini), gemini);
      assert.deepEqual(made(vertexOperation, vertex), vertex);
    });
  }
});

Deno.test("geminiOperation() gives valid JSON, whatever the videos hold", () => {
  const video = fc.record({
    gcsUri: fc.string(),
    bytesBase64Encoded: fc.base64String(),
    mimeType: fc.string(),
    other: fc.jsonValue(),
  }, { requiredKeys: [] });
  const response = fc.record({
    "@type": fc.constant(VERTEX_TYPE),
    videos: fc.array(video),
    raiMediaFilteredCount: fc.nat(),
  }, { requiredKeys: ["@type"] });
  fc.assert(fc.property(response, fc.constantFrom(undefined, 1), (response, space) => {
    const gemini = made(geminiOperation, { response }, space);
    assert.deepEqual(
      made(vertexOperation, gemini, space),
      JSON.parse(JSON.stringify({ response })),
    );
  }));
});

Deno.test("An operation that can't be read is a fault of upstream", () => {
  for (const bytes of ["", "[", "{", "not JSON"].map((text) => utf8.encode(text))) {
    for (const read of [geminiOperation, vertexOperation]) {
      assert.throws(() => read({ type: "json", bytes }), UpstreamFault);
    }
  }
});

Deno.test("Requests for videos get the names that each API has", () => {
  const image = { mimeType: "image/png", data: "AAAA" };
  const plain = { mimeType: "image/png", bytesBase64Encoded: "AAAA" };
  const gemini = {
    instances: [{
      prompt: "p",
      image: { inlineData: image },
      lastFrame: { inlineData: image },
      referenceImages: [{ image: { inlineData: image }, referenceType: "asset" }],
      video: { encodedVideo: "BBBB", encoding: "video/mp4" },
    }],
    parameters: { sampleCount: 1 },
  };
  const vertex = {
    instances: [{
      prompt: "p",
      image: plain,
      lastFrame: plain,
      referenceImages: [{ image: plain, referenceType: "asset" }],
      video: { bytesBase64Encoded: "BBBB", mimeType: "video/mp4" },
    }],
    parameters: { sampleCount: 1 },
  };
  assert.deepEqual(sent(vertexVideos, gemini), vertex);
  assert.deepEqual(sent(vertexVideos, vertex), vertex);
  const [instance] = vertex.instances;
  assert.deepEqual(sent(geminiVideos, vertex).instances, [{
    ...instance,
    video: { encodedVideo: "BBBB", encoding: "video/mp4" },
  }]);
  for (const odd of [{}, { instances: [] }, { instances: [{ image: { inlineData: {} } }] }]) {
    assert.deepEqual(sent(vertexVideos, odd), odd);
    assert.deepEqual(sent(geminiVideos, odd), odd);
  }
});

Deno.test("operationIn() reads the name in either spelling, and refuses a body without one", () => {
  const nameIn = (json: unknown) =>
    operationIn(parseNativeRequest(utf8.encode(JSON.stringify(json))));
  assert.equal(nameIn({ operationName: "a" }), "a");
  assert.equal(nameIn({ operation_name: "a" }), "a");
  for (const odd of [{}, { operationName: 1 }, { operationName: "" }]) {
    assert.throws(() => nameIn(odd), UpstreamFault);
  }
});
