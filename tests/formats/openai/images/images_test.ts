/** OpenAI's images as native calls, and back. @module */
import assert from "node:assert/strict";
import { IMAGE_EDITS } from "../../../../src/formats/openai/images/edits.ts";
import { IMAGE_GENERATIONS } from "../../../../src/formats/openai/images/generations.ts";
import { IMAGE_VARIATIONS } from "../../../../src/formats/openai/images/variations.ts";
import type { Reading } from "../../../../src/formats/operation.ts";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { formOf, NOW_MS, operationContext } from "../../support/operation_context.ts";

const MODEL = "gemini-3-pro-image";
const IMAGEN = "imagen-4.0-generate-001";
const PROMPT = "a  cat\nin <b>rain</b>";
const PNG = "\x89PNG\r\n\x1a\n...";

const context = operationContext();

function generate(body: JsonObject): Reading {
  return IMAGE_GENERATIONS.read({ model: MODEL, prompt: PROMPT, ...body }, context);
}

function edit(
  fields: Readonly<Record<string, string>>,
  files: Parameters<typeof formOf>[1] = [{ field: "image", text: PNG }],
): Reading {
  return IMAGE_EDITS.read(formOf({ model: MODEL, prompt: PROMPT, ...fields }, files), context);
}

function translated({ response }: Reading, responses: readonly JsonObject[]): JsonObject {
  assert.equal(response.type, "whole");
  const whole = response.type === "whole" ? response.translate(responses) : { json: {} };
  return "json" in whole ? whole.json : {};
}

function throwsFor(run: () => unknown, [field, message]: readonly [string, RegExp]): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof RpcError);
    assert.equal(fieldOf(error), field);
    assert.match(error.message, message);
    return error.code === 400;
  });
}

const drawn = (mimeType: string, data: string): JsonObject => ({
  candidates: [{ content: { parts: [{ inlineData: { mimeType, data } }] }, finishReason: "STOP" }],
  usageMetadata: {
    promptTokenCount: 10,
    candidatesTokenCount: 1290,
    totalTokenCount: 1300,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 4 }, {
      modality: "IMAGE",
      tokenCount: 6,
    }],
  },
});

Deno.test("IMAGE_GENERATIONS sends the prompt as it is, with ratio and size, n times", () => {
  const { calls, warning } = generate({ n: 3, size: "1792x1024", quality: "hd", user: "u" });
  assert.equal(calls.length, 3);
  for (const call of calls) {
    assert.deepEqual(call, {
      method: "generateContent",
      model: MODEL,
      body: {
        contents: [{ role: "user", parts: [{ text: PROMPT }] }],
        generationConfig: {
          responseModalities: ["IMAGE"],
          imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
        },
      },
    });
  }
  assert.equal(warning, undefined);
});

Deno.test("IMAGE_GENERATIONS leaves ratio and size to the model where the client says neither", () => {
  assert.deepEqual(generate({}).calls, [{
    method: "generateContent",
    model: MODEL,
    body: {
      contents: [{ role: "user", parts: [{ text: PROMPT }] }],
      generationConfig: { responseModalities: ["IMAGE"] },
    },
  }]);
});

Deno.test("IMAGE_GENERATIONS calls Imagen by predict, up to four images in a call", () => {
  const of = (body: JsonObject) => generate({ model: IMAGEN, ...body }).calls;
  assert.deepEqual(of({ n: 2, size: "2048x2048" }), [{
    method: "predict",
    model: IMAGEN,
    body: {
      instances: [{ prompt: PROMPT }],
      parameters: { sampleCount: 2, aspectRatio: "1:1", sampleImageSize: "2K" },
    },
  }]);
  assert.deepEqual(of({ n: 10 }).map(({ body }) => body.parameters), [
    { sampleCount: 4 },
    { sampleCount: 4 },
    { sampleCount: 2 },
  ]);
});

Deno.test("IMAGE_GENERATIONS ignores what Gemini has not, and adds nothing to the prompt", () => {
  const plain = generate({});
  const { calls, warning } = generate({
    style: "vivid",
    background: "opaque",
    moderation: "low",
    output_compression: 50,
    user: "u",
    stream: false,
    partial_images: 0,
    quality: "standard",
  });
  assert.deepEqual(calls, plain.calls);
  assert.equal(warning, undefined);
});

Deno.test("IMAGE_GENERATIONS warns of what the image will not be", () => {
  const of = (body: JsonObject) => generate(body).warning ?? "";
  assert.match(of({ output_format: "webp" }), /output_format is ignored/);
  assert.match(of({ background: "transparent" }), /background is ignored/);
  assert.match(of({ size: "1000x500" }), /1000x500/);
  assert.match(of({ size: "1000x500", output_format: "png" }), /1000x500.*; output_format/);
});

Deno.test("IMAGE_GENERATIONS rejects what it cannot do, and names the field", () => {
  const cases: readonly (readonly [JsonObject, string, RegExp])[] = [
    [{ prompt: undefined }, "prompt", /missing/],
    [{ prompt: "" }, "prompt", /missing/],
    [{ n: 0 }, "n", /1 to 10/],
    [{ n: 11 }, "n", /1 to 10/],
    [{ n: 1.5 }, "n", /integer/],
    [{ size: "huge" }, "size", /1536x1024/],
    [{ quality: "best" }, "quality", /hd/],
    [{ response_format: "png" }, "response_format", /"b64_json", "url"/],
    [{ stream: true }, "stream", /whole/],
    [{ partial_images: 2 }, "partial_images", /whole/],
    [{ seed: 1 }, "seed", /Unknown field/],
  ];
  for (const [body, ...expected] of cases) throwsFor(() => generate(body), expected);
});

Deno.test("Images come back in base64 or as data: URLs, with their format and their tokens", () => {
  const responses = [drawn("image/png", "AAAA"), drawn("image/png", "BBBB")];
  assert.deepEqual(translated(generate({ n: 2 }), responses), {
    created: NOW_MS / 1000,
    data: [{ b64_json: "AAAA" }, { b64_json: "BBBB" }],
    output_format: "png",
    usage: {
      input_tokens: 20,
      output_tokens: 2580,
      total_tokens: 2600,
      input_tokens_details: { text_tokens: 8, image_tokens: 12 },
    },
  });
  const { data, output_format } = translated(generate({ response_format: "url" }), [
    drawn("image/jpeg", "CCCC"),
  ]);
  assert.deepEqual(data, [{ url: "data:image/jpeg;base64,CCCC" }]);
  assert.equal(output_format, "jpeg");
});

Deno.test("Images of Imagen come back without those that were filtered", () => {
  const predictions = [
    { bytesBase64Encoded: "AAAA", mimeType: "image/png" },
    { raiFilteredReason: "unsafe" },
  ];
  const { data, usage } = translated(generate({ model: IMAGEN, n: 2 }), [{ predictions }]);
  assert.deepEqual(data, [{ b64_json: "AAAA" }]);
  assert.equal(usage, undefined);
});

Deno.test("Drafts that a model thinks of are no images of the response", () => {
  const parts = [
    { thought: true, inlineData: { mimeType: "image/png", data: "DRAFT" } },
    { text: "Here it is" },
    { inlineData: { mimeType: "image/png", data: "AAAA" } },
  ];
  const { data } = translated(generate({}), [{ candidates: [{ content: { parts } }] }]);
  assert.deepEqual(data, [{ b64_json: "AAAA" }]);
});

Deno.test("A response in part is a response: only those without any image fail", () => {
  const none = { candidates: [{ finishReason: "NO_IMAGE" }] };
  const { data } = translated(generate({ n: 2 }), [none, drawn("image/png", "AAAA")]);
  assert.deepEqual(data, [{ b64_json: "AAAA" }]);
});

Deno.test("Without any image, the error says why", () => {
  const cases: readonly (readonly [JsonObject, RegExp])[] = [
    [
      { candidates: [{ finishReason: "IMAGE_SAFETY", finishMessage: "Unsafe." }] },
      /\(IMAGE_SAFETY: Unsafe\.\)/,
    ],
    [
      { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } },
      /prompt blocked: PROHIBITED_CONTENT/,
    ],
    [
      { candidates: [{ content: { parts: [{ text: "I cannot draw" }] }, finishReason: "STOP" }] },
      /"I cannot draw"/,
    ],
    [{ predictions: [{ raiFilteredReason: "violence" }] }, /\(violence\)/],
    [{}, /^The model returned no image\. Change the prompt/],
  ];
  for (const [response, message] of cases) {
    assert.throws(() => translated(generate({}), [response]), (error) => {
      assert.ok(error instanceof RpcError);
      assert.match(error.message, message);
      return error.code === 400;
    });
  }
});

Deno.test("IMAGE_EDITS sends the prompt and the images, and the mask last", () => {
  const { calls, warning } = edit({ size: "1024x1536", n: "2" }, [
    { field: "mask", text: PNG, type: "image/png" },
    { field: "image[]", text: "\xff\xd8\xff...", type: "application/octet-stream", name: "a.png" },
    { field: "image[]", text: "RIFF1234WEBP" },
  ]);
  const parts = [
    { text: PROMPT },
    ...[["image/jpeg", "\xff\xd8\xff..."], ["image/webp", "RIFF1234WEBP"], ["image/png", PNG]].map(
      ([mimeType, text]) => ({ inlineData: { mimeType, data: btoa(text ?? "") } }),
    ),
  ];
  assert.deepEqual(calls[0], {
    method: "generateContent",
    model: MODEL,
    body: {
      contents: [{ role: "user", parts }],
      generationConfig: {
        responseModalities: ["IMAGE"],
        imageConfig: { aspectRatio: "2:3" },
      },
    },
  });
  assert.equal(calls.length, 2);
  assert.match(warning ?? "", /mask/);
});

Deno.test("IMAGE_EDITS takes images under every name that clients have for them", () => {
  for (const field of ["image", "image[]", "image[0]", "image1", "image16"]) {
    const contents = edit({}, [{ field, text: PNG }]).calls[0]?.body.contents;
    assert.match(JSON.stringify(contents), /image\/png/, field);
  }
});

Deno.test("IMAGE_EDITS rejects what it cannot do, and names the field", () => {
  const image = { field: "image", text: PNG };
  const cases:
    readonly (readonly [Record<string, string>, Parameters<typeof formOf>[1], string, RegExp])[] = [
      [{}, [], "image", /missing/],
      [{}, [{ field: "mask", text: PNG }], "image", /missing/],
      [{ image: "https://example.com/a.png" }, [image], "image", /send the image as a file/],
      [{}, [{ field: "image", text: "" }], "image", /empty/],
      [
        {},
        [{ field: "image", text: "hello", name: "../../etc/passwd" }],
        "image",
        /not an image of a known kind/,
      ],
      [{}, [image, { field: "photo", text: PNG }], "photo", /takes none/],
      [{}, Array(17).fill(image), "image", /at most 16/],
      [{ model: IMAGEN }, [image], "model", /texts only/],
      [{ stream: "true" }, [image], "stream", /whole/],
      [{ n: "many" }, [image], "n", /1 to 10/],
      [{ prompt: "" }, [image], "prompt", /missing/],
      [{ colour: "red" }, [image], "colour", /Unknown field/],
    ];
  for (const [fields, files, ...expected] of cases) throwsFor(() => edit(fields, files), expected);
});

Deno.test("IMAGE_VARIATIONS says what to do instead", () => {
  throwsFor(() => IMAGE_VARIATIONS.read(formOf({}, [{ field: "image", text: PNG }]), context), [
    "image",
    /images\/edits/,
  ]);
});
