/**
 * OpenAI's `POST audio/speech`, by `generateContent` of models that speak.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/audio/createSpeech}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { Operation, OperationContext, Reading } from "../../operation.ts";
import { checkFields } from "../../shared/field_check.ts";
import { invalidField } from "../../shared/invalid_field.ts";
import { numberField, optionalText, quoted, textField } from "../fields.ts";
import { SPEECH_FIELDS } from "./audio_fields.ts";
import { SOUND_FORMATS, soundBytes, type SoundFormat } from "./sound_bytes.ts";
import { geminiVoice } from "./voices.ts";

/** Speech from a text. */
export const SPEECH: Operation = {
  name: "openai.speech",
  fields: SPEECH_FIELDS,
  read: readSpeech,
};

function readSpeech(body: JsonObject, context: OperationContext): Reading {
  checkFields(body, SPEECH_FIELDS);
  const model = context.resolveModel(textField(body, "model"));
  const voiceName = voiceOf(body);
  const format = formatOf(body);
  refuseOthers(body);
  const texts = [optionalText(body, "instructions") ?? "", textField(body, "input")];
  return {
    calls: [{
      method: "generateContent",
      model,
      body: {
        contents: [{
          role: "user",
          parts: texts.filter((text) => text !== "").map((text) => ({ text })),
        }],
        generationConfig: {
          responseModalities: ["AUDIO"],
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } },
        },
      },
    }],
    response: { type: "whole", translate: (responses) => soundBytes(responses, format) },
  };
}

function voiceOf(body: JsonObject): string {
  if (typeof body.voice === "object" && body.voice !== null) {
    throw invalidField("voice", '"voice" must be the name of a voice, such as "Kore" or "alloy"');
  }
  return geminiVoice(textField(body, "voice"));
}

function formatOf(body: JsonObject): SoundFormat {
  const asked = optionalText(body, "response_format");
  const format = SOUND_FORMATS.find((one) => one === (asked ?? "wav"));
  if (format !== undefined) return format;
  throw invalidField(
    "response_format",
    `"response_format" cannot be ${quoted(asked ?? "")}: Gemini sends samples, and the gateway ` +
      'encodes no sound; use "wav" or "pcm"',
  );
}

function refuseOthers(body: JsonObject): void {
  if ((numberField(body, { name: "speed", least: 0 }) ?? 1) !== 1) {
    throw invalidField(
      "speed",
      '"speed" must be 1: say in "instructions" how fast to speak',
    );
  }
  if ((optionalText(body, "stream_format") ?? "audio") !== "audio") {
    throw invalidField("stream_format", '"stream_format" must be "audio": the sound comes whole');
  }
}
