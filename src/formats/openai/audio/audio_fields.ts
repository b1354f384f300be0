/**
 * The fields of OpenAI's `POST audio/transcriptions`, `audio/translations` and `audio/speech`.
 *
 * @module
 */
import { type FieldRule, ignored, mapped, refused } from "../../field_rule.ts";

const NO_TIMES = "Gemini measures no times";
const NO_SPEAKERS = "Gemini compares no voices";

const SOUND: readonly FieldRule[] = [
  mapped(
    "file",
    "`inlineData`: MP3, WAV, M4A, MP4, Ogg, FLAC, AIFF, AAC or WebM, by the file's first bytes",
  ),
  mapped("model", "the model, after aliases"),
  mapped("prompt", "a text part before the sound, unchanged"),
  mapped(
    "response_format",
    "`json` (the default) or `text`. Formats with times are refused: Gemini measures none",
  ),
  mapped("temperature", "`generationConfig.temperature`"),
];

/** The fields of `audio/translations`. */
export const TRANSLATION_FIELDS: readonly FieldRule[] = SOUND;

/** The fields of `audio/transcriptions`. */
export const TRANSCRIPTION_FIELDS: readonly FieldRule[] = [
  ...SOUND,
  mapped("language", "named in the system instruction"),
  mapped(
    "stream",
    "`streamGenerateContent`: events `transcript.text.delta` and `transcript.text.done`",
  ),
  ignored("chunking_strategy", "Gemini reads the sound as a whole"),
  refused("include", "transcripts have no log probabilities"),
  refused("timestamp_granularities", NO_TIMES),
  refused("known_speaker_names", NO_SPEAKERS),
  refused("known_speaker_references", NO_SPEAKERS),
];

/** The fields of `audio/speech`. */
export const SPEECH_FIELDS: readonly FieldRule[] = [
  mapped("model", "the model, after aliases: one that speaks"),
  mapped("input", "a text part, unchanged"),
  mapped(
    "voice",
    "`speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName`: one of Gemini's voices, or one of " +
      "OpenAI's by the table below",
  ),
  mapped(
    "instructions",
    "a text part before the input, unchanged: models that speak take no system instruction",
  ),
  mapped(
    "response_format",
    "`wav` (also if absent) or `pcm`; others are refused, since the gateway encodes no sound",
  ),
  mapped("speed", "only `1`: say in `instructions` how fast to speak"),
  mapped("stream_format", "only `audio`"),
];
