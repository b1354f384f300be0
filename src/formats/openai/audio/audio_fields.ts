/**
 * The fields of OpenAI's `POST audio/transcriptions`, `audio/translations` and `audio/speech`.
 *
 * @module
 */
import type { FieldRule } from "../../operation.ts";

const NO_TIMES = "Gemini measures no times";
const NO_SPEAKERS = "Gemini compares no voices";

const SOUND: readonly FieldRule[] = [
  {
    name: "file",
    treatment: "mapped",
    note:
      "`inlineData`: MP3, WAV, M4A, MP4, Ogg, FLAC, AIFF, AAC or WebM, by the file's first bytes",
  },
  { name: "model", treatment: "mapped", note: "the model, after aliases" },
  { name: "prompt", treatment: "mapped", note: "a text part before the sound, unchanged" },
  {
    name: "response_format",
    treatment: "mapped",
    note: "`json` (the default) or `text`. Formats with times are refused: Gemini measures none",
  },
  { name: "temperature", treatment: "mapped", note: "`generationConfig.temperature`" },
];

/** The fields of `audio/translations`. */
export const TRANSLATION_FIELDS: readonly FieldRule[] = SOUND;

/** The fields of `audio/transcriptions`. */
export const TRANSCRIPTION_FIELDS: readonly FieldRule[] = [
  ...SOUND,
  { name: "language", treatment: "mapped", note: "named in the system instruction" },
  {
    name: "stream",
    treatment: "mapped",
    note: "`streamGenerateContent`: events `transcript.text.delta` and `transcript.text.done`",
  },
  {
    name: "chunking_strategy",
    treatment: "ignored",
    note: "Gemini reads the sound as a whole",
  },
  { name: "include", treatment: "refused", note: "transcripts have no log probabilities" },
  { name: "timestamp_granularities", treatment: "refused", note: NO_TIMES },
  { name: "known_speaker_names", treatment: "refused", note: NO_SPEAKERS },
  { name: "known_speaker_references", treatment: "refused", note: NO_SPEAKERS },
];

/** The fields of `audio/speech`. */
export const SPEECH_FIELDS: readonly FieldRule[] = [
  { name: "model", treatment: "mapped", note: "the model, after aliases: one that speaks" },
  { name: "input", treatment: "mapped", note: "a text part, unchanged" },
  {
    name: "voice",
    treatment: "mapped",
    note:
      "`speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName`: one of Gemini's voices, or one of " +
      "OpenAI's by the table below",
  },
  {
    name: "instructions",
    treatment: "mapped",
    note: "a text part before the input, unchanged: models that speak take no system instruction",
  },
  {
    name: "response_format",
    treatment: "mapped",
    note: "`wav` (also if absent) or `pcm`; others are refused, since the gateway encodes no sound",
  },
  { name: "speed", treatment: "mapped", note: "only `1`: say in `instructions` how fast to speak" },
  { name: "stream_format", treatment: "mapped", note: "only `audio`" },
];
