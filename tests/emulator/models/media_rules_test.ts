/** What Google refuses of requests for images and speech, and what it sends. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";

const TTS = "gemini-2.5-flash-preview-tts";
const IMAGE = "gemini-3.1-flash-image";
const IMAGEN = "imagen-4.0-generate-001";
const CONTENTS = [{ role: "user", parts: [{ text: "Hello" }] }];

async function ask(
  { url }: Emulator,
  path: string,
  { key, body }: { readonly key: string; readonly body: unknown },
) {
  const response = await fetch(`${url}/v1beta/models/${path}`, {
    method: "POST",
    headers: { "x-goog-api-key": key },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

const voice = (voiceName: string) => ({
  responseModalities: ["AUDIO"],
  speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } },
});

Deno.test("Requests for images and speech are refused as Google refuses them", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("one");
  const generate = (model: string, generationConfig: object, more: object = {}) =>
    [`${model}:generateContent`, { contents: CONTENTS, generationConfig, ...more }] as const;
  const predict = (parameters: object) =>
    [`${IMAGEN}:predict`, { instances: [{ prompt: "x" }], parameters }] as const;
  const cases: readonly (readonly [readonly [string, unknown], RegExp])[] = [
    [
      generate("gemini-2.5-flash", { responseModalities: ["IMAGE"] }),
      /modalities \(IMAGE\).*\* TEXT/s,
    ],
    [generate("gemini-2.5-flash", voice("Kore")), /modalities \(AUDIO\)/],
    [generate(IMAGE, { responseModalities: ["AUDIO"] }), /modalities \(AUDIO\)/],
    [generate(TTS, {}), /modalities \(TEXT\).*\* AUDIO/s],
    [generate(TTS, voice("alloy")), /Voice name alloy is not supported/],
    [
      generate(TTS, voice("Kore"), { systemInstruction: { parts: [{ text: "x" }] } }),
      /Developer instruction is not enabled/,
    ],
    [generate(IMAGE, { imageConfig: { aspectRatio: "7:5" } }), /aspect_ratio: must be one of/],
    [generate(IMAGE, { imageConfig: { imageSize: "4k" } }), /image_size: must be one of/],
    [generate(IMAGE, { imageConfig: { size: "4K" } }), /Unknown name "size"/],
    [predict({ aspectRatio: "3:2" }), /aspectRatio must be one of/],
    [predict({ sampleImageSize: "4K" }), /sampleImageSize must be one of/],
  ];
  for (const [[path, body], message] of cases) {
    const { status, json } = await ask(emulator, path, { key, body });
    assert.equal(status, 400, message.source);
    assert.match(json.error.message, message);
  }
});

Deno.test("A model of images sends one without words where only IMAGE is wanted", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("one");
  const generationConfig = {
    responseModalities: ["IMAGE"],
    imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
  };
  const body = { contents: CONTENTS, generationConfig };
  const { json } = await ask(emulator, `${IMAGE}:generateContent`, { key, body });
  const { parts } = json.candidates[0].content;
  assert.deepEqual(parts.map((part: object) => Object.keys(part)), [["inlineData"]]);
});

Deno.test("A model of speech sends samples, the more the longer the text", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("one");
  const lengths: number[] = [];
  for (const text of ["a", "ab"]) {
    const body = { contents: [{ parts: [{ text }] }], generationConfig: voice("kore") };
    const { json } = await ask(emulator, `${TTS}:generateContent`, { key, body });
    const { mimeType, data } = json.candidates[0].content.parts[0].inlineData;
    assert.equal(mimeType, "audio/L16;codec=pcm;rate=24000");
    lengths.push(atob(data).length);
  }
  assert.deepEqual(lengths, [96, 192]);
});
