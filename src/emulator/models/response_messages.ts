/**
 * Converts a response to GenerateContentResponses: one, or the chunks of a stream with cumulative token
 * counts and the finish reason on the last.
 *
 * @module
 */
import type { ModelResponse } from "./model_responses.ts";
import type { CatalogueModel } from "./catalogue.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";
import { ENUMS, type Flavour } from "../schema/proto_schema.ts";
import { signed } from "./thought_signature.ts";
import { cachedTokens, textTokens, type TokenCount, tokensByModality } from "./token_count.ts";

/** Least number of chunks of a streamed text, if it is long enough. */
const LEAST_CHUNKS = 3;
/** Longest chunk of a streamed text, in code points. */
const CHUNK = 64;

/** Vertex AI's message beside the reason for blocking a prompt. */
const BLOCKED_WORDS = "The prompt was blocked: it has the word that the emulator blocks.";

/** The common fields of all messages of one response. */
export interface MessageContext {
  readonly model: CatalogueModel;
  readonly flavour: Flavour;
  readonly prompt: TokenCount;
  /** Tokens of the prompt that are in a cache; undefined without one. */
  readonly cached: TokenCount | undefined;
  readonly responseId: string;
  /** RFC 3339; in responses of Vertex AI's schema. */
  readonly createTime: string;
  /** As in `Signer`. */
  readonly isCodeAssist: boolean;
  /** The turn that it continues, for its signatures. */
  readonly turn: string;
}

/** Returns the whole response as one message. */
export function wholeMessage(response: ModelResponse, context: MessageContext): JsonObject {
  const parts = [...response.parts];
  const last = parts.at(-1);
  if (last !== undefined && "text" in last) parts[parts.length - 1] = signed(last, context);
  return message({ ...response, parts }, { context, tokens: tally(parts), last: true });
}

/** Returns the response as the chunks of a stream. */
export function chunkMessages(response: ModelResponse, context: MessageContext): JsonObject[] {
  if (response.promptFeedback !== undefined) {
    return [message(response, { context, tokens: tally([]), last: true })];
  }
  const pieces = response.parts.flatMap((part) => cutPart(part));
  // A call has its signature itself, so the empty text after it has none.
  if (pieces.some((part) => "functionCall" in part)) pieces.push({ text: "" });
  else if (context.model.signsThoughts) pieces.push(signed({ text: "" }, context));
  else if (!pieces.at(-1)?.["text"]) pieces.push({ text: "" });
  return pieces.map((part, index) =>
    message({ parts: [part] }, {
      context,
      tokens: tally(pieces.slice(0, index + 1)),
      last: index === pieces.length - 1,
    })
  );
}

/** Returns parts for the texts of a script, one for each chunk. */
export function scriptedChunks(texts: readonly string[], context: MessageContext): JsonObject[] {
  const parts = texts.map((text) => ({ text }));
  return parts.map((part, index) =>
    message({ parts: [part] }, {
      context,
      tokens: tally(parts.slice(0, index + 1)),
      last: index === parts.length - 1,
    })
  );
}

/** Converts the enum names of a response to numbers, for `enum-encoding=int`. */
export function withIntegerEnums(message: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(message).map(([name, item]) => [name, integerEnums(item, name)]),
  );
}

function integerEnums(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => integerEnums(item, key));
  if (isJsonObject(value)) return withIntegerEnums(value);
  const names = ENUMS[ENUM_OF_FIELD[key] ?? ""];
  const number = typeof value === "string" ? names?.indexOf(value) ?? -1 : -1;
  return number < 0 ? value : number;
}

const ENUM_OF_FIELD: Readonly<Record<string, string>> = {
  finishReason: "FinishReason",
  blockReason: "BlockReason",
  category: "HarmCategory",
  probability: "HarmProbability",
  modality: "Modality",
};

interface Tally {
  readonly response: number;
  readonly thoughts: number;
}

function tally(parts: readonly JsonObject[]): Tally {
  let response = 0;
  let thoughts = 0;
  for (const part of parts) {
    const tokens = textTokens(textAt(part, "text") ?? JSON.stringify(part));
    if (part["thought"] === true) thoughts += tokens;
    else response += tokens;
  }
  return { response, thoughts };
}

function message(
  response: ModelResponse,
  options: { readonly context: MessageContext; readonly tokens: Tally; readonly last: boolean },
): JsonObject {
  const { context, tokens, last } = options;
  const { parts, promptFeedback } = response;
  const vertex = context.flavour === "vertex";
  const candidate = {
    content: vertex ? { role: "model", parts } : { parts, role: "model" },
    ...(last ? { finishReason: "STOP" } : {}),
    ...(vertex ? {} : { index: 0 }),
    ...(vertex && last ? { avgLogprobs: -0.25 } : {}),
  };
  const feedback = vertex
    ? { ...promptFeedback, blockReasonMessage: BLOCKED_WORDS }
    : promptFeedback;
  return {
    ...(promptFeedback === undefined ? { candidates: [candidate] } : { promptFeedback: feedback }),
    usageMetadata: {
      promptTokenCount: context.prompt.total,
      ...(tokens.response > 0 ? { candidatesTokenCount: tokens.response } : {}),
      totalTokenCount: context.prompt.total + tokens.response + tokens.thoughts,
      ...(vertex ? { trafficType: "ON_DEMAND" } : {}),
      promptTokensDetails: tokensByModality(context.prompt),
      ...cachedTokens(context.cached),
      ...(vertex && tokens.response > 0
        ? { candidatesTokensDetails: [{ modality: "TEXT", tokenCount: tokens.response }] }
        : {}),
      ...(tokens.thoughts > 0 ? { thoughtsTokenCount: tokens.thoughts } : {}),
    },
    modelVersion: context.model.id,
    ...(vertex ? { createTime: context.createTime } : {}),
    responseId: context.responseId,
  };
}

/** Splits a text between code points; other parts are not split. */
function cutPart(part: JsonObject): JsonObject[] {
  const text = textAt(part, "text");
  if (text === undefined || part["thought"] === true) return [part];
  const points = [...text];
  const count = Math.max(LEAST_CHUNKS, Math.ceil(points.length / CHUNK));
  const size = Math.max(1, Math.ceil(points.length / count));
  const pieces: JsonObject[] = [];
  for (let start = 0; start < points.length; start += size) {
    pieces.push({ text: points.slice(start, start + size).join("") });
  }
  return pieces;
}
