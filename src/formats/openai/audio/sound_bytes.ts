/**
 * The sound of a response as bytes: Gemini sends 16-bit samples without a header.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/speech-generation}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { WholeBody } from "../../operation.ts";
import { candidatesOf, type MediaPart } from "../../shared/response/response_parts.ts";
import { missingMedia } from "../missing_media.ts";
import { waveHeader } from "../wave_header.ts";

/** The forms of sound that need no encoder. */
export const SOUND_FORMATS = ["wav", "pcm"] as const;

/** One of them. */
export type SoundFormat = typeof SOUND_FORMATS[number];

/** Samples a second, where Google does not say. */
const USUAL_RATE = 24_000;

/**
 * The sound of a response: that of all its parts.
 *
 * @throws {RpcError} INVALID_ARGUMENT if there is none, INTERNAL if it has another form than Gemini's samples.
 */
export function soundBytes(responses: readonly JsonObject[], format: SoundFormat): WholeBody {
  const parts = responses.flatMap(soundsOf);
  const [first] = parts;
  if (first === undefined) {
    const hint =
      "Change the text, or use a model that speaks, such as gemini-2.5-flash-preview-tts.";
    throw missingMedia(responses, { what: "sound", hint });
  }
  const rate = rateOf(first);
  const samples = parts.map(samplesOf);
  const length = samples.reduce((sum, { length }) => sum + length, 0);
  const header = format === "wav" ? waveHeader(length, rate) : new Uint8Array();
  const bytes = new Uint8Array(header.length + length);
  let at = 0;
  for (const piece of [header, ...samples]) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, contentType: format === "wav" ? "audio/wav" : `audio/pcm;rate=${rate}` };
}

function soundsOf(response: JsonObject): MediaPart[] {
  return candidatesOf(response).flatMap(({ parts }) => parts)
    .flatMap((part) => part.type === "media" && /^audio\//i.test(part.mimeType) ? [part] : []);
}

function rateOf({ mimeType }: MediaPart): number {
  if (!/^audio\/(?:l16|pcm)(?:;|$)/i.test(mimeType)) {
    throw new RpcError("INTERNAL", `Google returned sound as ${mimeType}, and not as samples`);
  }
  const [, rate] = /;\s*rate=(\d{4,6})(?:;|$)/i.exec(mimeType) ?? [];
  return rate === undefined ? USUAL_RATE : Number(rate);
}

function samplesOf({ data }: MediaPart): Uint8Array {
  try {
    return Uint8Array.fromBase64(data);
  } catch (cause) {
    throw new RpcError("INTERNAL", "Google returned sound that is not in base64", { cause });
  }
}
