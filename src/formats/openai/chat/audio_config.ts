/**
 * Which kinds of output a chat asks for, and with which voice.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/speech-generation}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import type { RequestFields } from "../../shared/fields/request_fields.ts";
import { geminiVoice } from "../audio/voices.ts";

/** The forms of audio that the gateway can make of Gemini's. */
export type AudioFormat = "wav" | "pcm16";

/**
 * The format of the audio that the client wants; undefined without audio.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a format that Gemini does not make.
 */
export function audioFormat(body: RequestFields): AudioFormat | undefined {
  if (!modalitiesOf(body).includes("AUDIO")) return undefined;
  const format = body.fields("audio")?.text("format") ?? "wav";
  const isStream = body.flag("stream") === true;
  if (format === "pcm16" || (format === "wav" && !isStream)) return format;
  throw invalidField(
    "audio.format",
    `Gemini makes no audio as ${JSON.stringify(format.slice(0, 20))}: use "pcm16"` +
      (isStream ? ", the only one for streams" : ', or "wav"'),
  );
}

/** The native settings. A model that speaks writes no text beside it. */
export function audioConfig(body: RequestFields): JsonObject {
  const modalities = modalitiesOf(body);
  if (!modalities.some((modality) => modality !== "TEXT")) return {};
  if (!modalities.includes("AUDIO")) return { responseModalities: modalities };
  const audio = body.fields("audio");
  const voice = typeof audio?.value("voice") === "string"
    ? audio.text("voice")
    : audio?.fields("voice")?.text("id");
  return {
    responseModalities: ["AUDIO"],
    ...(voice ? { speechConfig: speechConfig(voice) } : {}),
  };
}

function modalitiesOf(body: RequestFields): string[] {
  return (body.texts("modalities") ?? []).map((modality) => modality.toUpperCase());
}

function speechConfig(voice: string): JsonObject {
  return { voiceConfig: { prebuiltVoiceConfig: { voiceName: geminiVoice(voice) } } };
}
