/** OpenAI's own client with embeddings, images and audio, through gateways with every kind of account. @module */
import OpenAI, { toFile } from "openai";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { PNG } from "../../../src/emulator/models/media_parts.ts";
import { readExchanges } from "../../recordings/exchanges.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";

const IMAGE = "gemini-3-pro-image";
const TTS = "gemini-2.5-flash-preview-tts";
const EMBEDDING = "gemini-embedding-001";

function clientOf({ url }: EmulatedGateway, base = "/v1"): OpenAI {
  return new OpenAI({ baseURL: url + base, apiKey: "any", maxRetries: 0 });
}

function png(name = "a.png"): Promise<File> {
  return toFile(Buffer.from(PNG, "base64"), name);
}

/** What the emulated Google was asked, of one method. */
function asked({ emulator }: EmulatedGateway, method: string): readonly JsonObject[] {
  return emulator.requests.filter(({ path }) => path.includes(method))
    .map(({ body }) => isJsonObject(body) ? isJsonObject(body.request) ? body.request : body : {});
}

for (const kind of ["gemini-api", "vertex", "code-assist"] as const satisfies AccountKind[]) {
  Deno.test(`images.generate() and edit() draw with a ${kind} account`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    const client = clientOf(gateway);
    const prompt = "A cat in rain";
    const made = await client.images.generate({ model: IMAGE, prompt, n: 2, size: "1536x1024" });
    assert.deepEqual(made.data, [{ b64_json: PNG }, { b64_json: PNG }]);
    const usage = made.usage ?? { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
    assert.ok(usage.input_tokens > 0 && usage.output_tokens > 0);
    assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
    const [first, second] = asked(gateway, "generateContent");
    assert.deepEqual(first, second);
    assert.deepEqual(first?.contents, [{ role: "user", parts: [{ text: prompt }] }]);
    const changed = await client.images.edit({
      model: `${IMAGE}-4k`,
      prompt,
      image: [await png(), await png("b.png")],
      mask: await png("mask.png"),
    });
    assert.deepEqual(changed.data, [{ b64_json: PNG }]);
    const edited = asked(gateway, "generateContent").at(-1);
    const inlineData = { mimeType: "image/png", data: PNG };
    assert.deepEqual(edited?.contents, [{
      role: "user",
      parts: [{ text: prompt }, { inlineData }, { inlineData }, { inlineData }],
    }]);
    assert.deepEqual(edited?.generationConfig, {
      responseModalities: ["IMAGE"],
      imageConfig: { imageSize: "4K" },
    });
  });

  Deno.test(`audio.speech and audio.transcriptions work with a ${kind} account`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: kind },
      settings: { aliases: { "whisper-1": "gemini-2.5-flash" } },
    });
    const client = clientOf(gateway);
    const speech = await client.audio.speech.create({
      model: TTS,
      voice: "alloy",
      input: "Hello, world",
      response_format: "wav",
    });
    assert.equal(speech.headers.get("content-type"), "audio/wav");
    const sound = Buffer.from(await speech.arrayBuffer());
    assert.equal(sound.subarray(0, 4).toString(), "RIFF");
    const file = () => toFile(sound, "speech.bin");
    const { text } = await client.audio.transcriptions.create({
      model: "whisper-1",
      file: await file(),
      language: "en",
    });
    assert.match(text, new RegExp(`You sent audio/wav of ${sound.length} bytes`));
    const plain = await client.audio.transcriptions.create({
      model: "whisper-1",
      file: await file(),
      response_format: "text",
    });
    assert.match(`${plain}`, /You sent audio\/wav.*\n$/);
    let streamed = "";
    let last = "";
    for await (
      const event of await client.audio.transcriptions.create({
        model: "whisper-1",
        file: await file(),
        language: "en",
        stream: true,
      })
    ) {
      if (event.type === "transcript.text.delta") streamed += event.delta;
      if (event.type === "transcript.text.done") last = event.text;
    }
    assert.equal(streamed, text);
    assert.equal(last, text);
    const english = await client.audio.translations.create({
      model: "whisper-1",
      file: await file(),
    });
    assert.match(english.text, /You sent audio\/wav/);
  });
}

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`embeddings.create() gives Google's vectors with a ${kind} account`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: kind },
      settings: { aliases: { "text-embedding-3-small": EMBEDDING } },
    });
    const client = clientOf(gateway, "/openai/v1");
    const model = "text-embedding-3-small";
    const input = ["one", "two"];
    const native =
      await (await fetch(`${gateway.url}/v1beta/models/${EMBEDDING}:batchEmbedContents`, {
        method: "POST",
        body: JSON.stringify({
          requests: input.map((text) => ({
            model: `models/${EMBEDDING}`,
            content: { parts: [{ text }] },
            outputDimensionality: 8,
          })),
        }),
      })).json();
    const vectors = native.embeddings.map(({ values }: { values: number[] }) => values);
    const floats = await client.embeddings.create({
      model,
      input,
      dimensions: 8,
      encoding_format: "float",
    });
    assert.deepEqual(floats.data.map(({ embedding }) => embedding), vectors);
    // The client asks for base64 by itself.
    const short = await client.embeddings.create({ model, input, dimensions: 8 });
    assert.deepEqual(
      short.data.map(({ embedding }) => [...embedding]),
      vectors.map((values: number[]) => [...new Float32Array(values)]),
    );
    const many = await client.embeddings.create({
      model,
      input: Array.from({ length: 150 }, (_, nth) => `text ${nth}`),
      dimensions: 8,
    });
    assert.equal(new Set(many.data.map(({ embedding }) => embedding.join())).size, 150);
  });
}

Deno.test("Embeddings have the fields and the errors of the recorded ones", async () => {
  await using gateway = await startEmulatedGateway();
  const recorded = (await readExchanges("openai")).filter(({ path }) => path === "/v1/embeddings");
  assert.ok(recorded.length >= 3);
  for (const { request, response, status } of recorded) {
    assert.ok(isJsonObject(request) && isJsonObject(response));
    const model = status === 200 ? EMBEDDING : request.model;
    const sent = await fetch(`${gateway.url}/v1/embeddings`, {
      method: "POST",
      body: JSON.stringify({ ...request, model }),
    });
    const json = await sent.json();
    assert.equal(sent.status, status, JSON.stringify(json));
    assert.deepEqual(shapeOf(json), shapeOf(response));
  }
});

/** A value by the types of its members; texts of the client's choice are left out. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isJsonObject(value)) return value === null ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1)
      .map(([name, member]) => [name, name === "code" ? member : shapeOf(member)]),
  );
}

Deno.test("Embeddings fail if one of their calls fails", async () => {
  await using gateway = await startEmulatedGateway();
  const { emulator } = gateway;
  const client = clientOf(gateway);
  emulator.script("one", ["400-key-invalid"], { method: "batchEmbedContents" });
  await assert.rejects(
    client.embeddings.create({ model: EMBEDDING, input: Array(101).fill("a"), dimensions: 8 }),
    OpenAI.APIError,
  );
  assert.equal(asked(gateway, "batchEmbedContents").length, 2);
});

Deno.test("Of several images, those that were drawn come back", async () => {
  await using gateway = await startEmulatedGateway();
  const none = { candidates: [{ finishReason: "IMAGE_SAFETY", index: 0 }] };
  gateway.emulator.script("one", [{ type: "ok", events: [none] }], { method: "generateContent" });
  const client = clientOf(gateway);
  const { data } = await client.images.generate({ model: IMAGE, prompt: "x", n: 3 });
  assert.equal(data?.length, 2);
  gateway.emulator.script("one", [{ type: "ok", events: [none] }], { method: "generateContent" });
  await assert.rejects(client.images.generate({ model: IMAGE, prompt: "x" }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.match(error.message, /no image \(IMAGE_SAFETY\)/);
    return true;
  });
});

Deno.test("Imagen draws by predict, and Google's own refusals reach the client", async () => {
  await using gateway = await startEmulatedGateway();
  const client = clientOf(gateway, "/v1beta/openai");
  const imagen = "imagen-4.0-generate-001";
  const { data } = await client.images.generate({ model: imagen, prompt: "x", n: 5, size: "auto" });
  assert.equal(data?.length, 5);
  await assert.rejects(
    client.images.generate({ model: imagen, prompt: "x", size: "1536x1024" }),
    /aspectRatio must be one of/,
  );
  await assert.rejects(
    client.images.generate({ model: "gemini-2.5-flash", prompt: "x" }),
    /response modalities \(IMAGE\) is not supported/,
  );
  await assert.rejects(
    client.audio.speech.create({ model: TTS, voice: "Nobody", input: "x", response_format: "pcm" }),
    /Voice name Nobody is not supported/,
  );
});

Deno.test("What Gemini has not is refused, and the field is named", async () => {
  await using gateway = await startEmulatedGateway();
  const client = clientOf(gateway);
  const cases: readonly (readonly [string, Promise<unknown>])[] = [
    ["image", client.images.createVariation({ image: await png() })],
    ["stream", client.images.generate({ model: IMAGE, prompt: "x", stream: true })],
    [
      "response_format",
      client.audio.speech.create({ model: TTS, voice: "Kore", input: "x", response_format: "mp3" }),
    ],
    [
      "response_format",
      client.audio.transcriptions.create({ model: "m", file: await png(), response_format: "srt" }),
    ],
    ["input[0]", client.embeddings.create({ model: EMBEDDING, input: [1, 2, 3] })],
  ];
  for (const [field, call] of cases) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError, `${error}`);
      assert.equal(error.param, field);
      return true;
    });
  }
  assert.equal(gateway.emulator.requests.length, 0);
});

Deno.test("A warning tells what a request asked for in vain", async () => {
  await using gateway = await startEmulatedGateway();
  const { data, response } = await clientOf(gateway).images
    .generate({ model: IMAGE, prompt: "x", output_format: "webp", style: "vivid" }).withResponse();
  assert.match(response.headers.get("x-pollux-warning") ?? "", /output_format/);
  assert.equal(data.output_format, "png");
});
