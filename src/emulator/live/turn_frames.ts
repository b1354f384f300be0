/**
 * The frames of a model's turn in a Live session: the Gemini API's and Vertex AI's differ.
 *
 * @see {@link https://ai.google.dev/api/live#bidigeneratecontentservercontent}
 * @module
 */
import type { Flavour } from "../schema/proto_schema.ts";
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";
import { textTokens, type TokenCount, tokensByModality } from "../models/token_count.ts";

/** What a turn's frames depend on. */
export interface TurnForm {
  readonly flavour: Flavour;
  /** Whether audio comes together with its transcript, after an empty frame: Gemini 3 and later. */
  readonly joined: boolean;
  readonly modality: "AUDIO" | "TEXT";
  /** Whether the setup has `outputAudioTranscription`. */
  readonly transcribed: boolean;
  /** Tokens that the model has read. */
  readonly prompt: TokenCount;
}

/** Longest piece of a text, in code points. */
const PIECE = 64;
/** Tokens of a second of audio. */
const AUDIO_TOKENS = 25;
/** A piece of silence: 10 ms at 24 kHz, as Base64. */
const SILENCE = btoa("\0".repeat(480));

/** Returns the frames of a whole turn. */
export function turnFrames(parts: readonly JsonObject[], form: TurnForm): JsonObject[] {
  return [...contentFrames(parts, form), ...lastFrames(parts, form)];
}

/** Returns the frames of a turn that calls functions. */
export function callFrames(functionCalls: readonly JsonObject[], form: TurnForm): JsonObject[] {
  const first = { serverContent: { outputTranscription: {} } };
  const isTranscribed = form.flavour === "vertex" && form.transcribed;
  return [...(isTranscribed ? [first] : []), { toolCall: { functionCalls } }];
}

/** Returns the frames that follow the responses of functions: Vertex AI ends the turn of the call then. */
export function calledFrames(form: TurnForm): JsonObject[] {
  if (form.flavour === "dev") return [];
  const last = { serverContent: { outputTranscription: { finished: true } } };
  return [...(form.transcribed ? [last] : []), ...lastFrames([], form)];
}

function lastFrames(parts: readonly JsonObject[], form: TurnForm): JsonObject[] {
  const isVertex = form.flavour === "vertex";
  return [
    { serverContent: { generationComplete: true } },
    {
      serverContent: { turnComplete: true, ...(isVertex ? { groundingMetadata: {} } : {}) },
      usageMetadata: usageOf(parts, form),
    },
  ];
}

/** Returns the frames that end a turn which the client interrupted. */
export function interruptedFrames(form: TurnForm): JsonObject[] {
  return [
    { serverContent: { interrupted: true } },
    { serverContent: { turnComplete: true }, usageMetadata: usageOf([], form) },
  ];
}

function contentFrames(parts: readonly JsonObject[], form: TurnForm): JsonObject[] {
  const isVertex = form.flavour === "vertex";
  const turn = (part: JsonObject): JsonObject => ({
    serverContent: { modelTurn: { ...(isVertex ? { role: "model" } : {}), parts: [part] } },
  });
  const thoughts = parts.filter((part) => part["thought"] === true).map(turn);
  const pieces = piecesOf(textOf(parts));
  if (form.modality === "TEXT") return [...thoughts, ...pieces.map((text) => turn({ text }))];
  const blob = { mimeType: isVertex ? "audio/pcm" : "audio/pcm;rate=24000", data: SILENCE };
  const audio = pieces.map(() => turn({ inlineData: blob }));
  if (!form.transcribed) return [...thoughts, ...audio];
  if (form.joined) {
    const said = (text: string) => ({
      serverContent: {
        modelTurn: { parts: [{ inlineData: blob }] },
        outputTranscription: { text },
      },
    });
    return [...thoughts, { serverContent: {} }, ...pieces.map(said)];
  }
  const words = pieces.map((text) => ({ text }));
  const transcripts = isVertex ? [{}, ...words, { finished: true }] : words;
  return [
    ...thoughts,
    ...transcripts.map((outputTranscription) => ({ serverContent: { outputTranscription } })),
    ...audio,
  ];
}

/** The two APIs name the tokens of the response differently. */
function usageOf(parts: readonly JsonObject[], form: TurnForm): JsonObject {
  const { flavour, modality, prompt } = form;
  const text = textOf(parts);
  const response = modality === "TEXT" ? textTokens(text) : piecesOf(text).length * AUDIO_TOKENS;
  const thoughts = parts.filter((part) => part["thought"] === true)
    .reduce((sum, part) => sum + textTokens(textAt(part, "text") ?? ""), 0);
  const details = [{ modality, tokenCount: response }];
  return {
    promptTokenCount: prompt.total,
    ...(flavour === "vertex"
      ? { candidatesTokenCount: response }
      : { responseTokenCount: response }),
    // The Gemini API leaves the thoughts out.
    totalTokenCount: prompt.total + response + (flavour === "vertex" ? thoughts : 0),
    promptTokensDetails: tokensByModality(prompt),
    ...(flavour === "vertex"
      ? { candidatesTokensDetails: details }
      : { responseTokensDetails: details }),
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
  };
}

function textOf(parts: readonly JsonObject[]): string {
  return parts.filter((part) => part["thought"] !== true)
    .map((part) => textAt(part, "text") ?? "").join("");
}

/** Splits a text between code points. */
function piecesOf(text: string): string[] {
  const points = [...text];
  const pieces: string[] = [];
  for (let start = 0; start < points.length; start += PIECE) {
    pieces.push(points.slice(start, start + PIECE).join(""));
  }
  return pieces;
}
