/**
 * OpenAI's `POST audio/speech`, by `generateContent` of models that speak.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/audio/createSpeech}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { Operation, OperationContext, Reading } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { invalidField, quoted } from "../../shared/fields/invalid_field.ts";
import { LooseFields } from "../loose_fields.ts";
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
  const fields = new LooseFields(body);
  const model = context.resolveModel(fields.requiredText("model"));
  const voiceName = voiceOf(fields);
  const format = formatOf(fields);
  refuseOthers(fields);
  const texts = [fields.text("instructions") ?? "", fields.requiredText("input")];
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

function voiceOf(body: LooseFields): string {
  if (typeof body.value("voice") === "object") {
    throw invalidField("voice", '"voice" has to be the name of a voice, such as "Kore" or "alloy"');
  }
  return geminiVoice(body.requiredText("voice"));
}

function formatOf(body: LooseFields): SoundFormat {
  const asked = body.text("response_format");
  const format = SOUND_FORMATS.find((one) => one === (asked ?? "wav"));
  if (format !== undefined) return format;
  throw invalidField(
    "response_format",
    `"response_format" cannot be ${quoted(asked ?? "")}: Gemini sends samples, and the gateway ` +
      'encodes no sound; use "wav" or "pcm"',
  );
}

function refuseOthers(body: LooseFields): void {
  if ((body.number("speed") ?? 1) !== 1) {
    throw invalidField(
      "speed",
      '"speed" has to be 1: say in "instructions" how fast to speak',
    );
  }
  if ((body.text("stream_format") ?? "audio") !== "audio") {
    throw invalidField("stream_format", '"stream_format" has to be "audio": the sound comes whole');
  }
}
