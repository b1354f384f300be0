/**
 * The candidates of a native response, typed. What cannot be read is left out: a response is never refused.
 *
 * @see {@link https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { count } from "../../../gemini/api/token_usage.ts";

/** What every part may have. */
interface Signed {
  /** The part's thought signature. */
  readonly signature?: string;
}

/** A text; empty if the part holds only a signature. */
export interface TextPart extends Signed {
  readonly type: "text";
  readonly text: string;
}

/** A summary of what the model thought. */
export interface ThoughtPart extends Signed {
  readonly type: "thought";
  readonly text: string;
}

/** A function call. */
export interface CallPart extends Signed {
  readonly type: "call";
  /** The native name. */
  readonly name: string;
  readonly args: JsonObject;
  /** The id that Gemini gave it. */
  readonly id?: string;
}

/** Media with their data in base64. */
export interface MediaPart extends Signed {
  readonly type: "media";
  readonly mimeType: string;
  readonly data: string;
  /** Whether it is a draft: a thought. */
  readonly isThought: boolean;
}

/** A file by its address. */
export interface FilePart extends Signed {
  readonly type: "file";
  readonly mimeType: string;
  readonly uri: string;
}

/** Code that Google ran. */
export interface CodePart extends Signed {
  readonly type: "code";
  readonly code: string;
  /** As in `PYTHON`. */
  readonly language: string;
}

/** The outcome of the code. */
export interface CodeResultPart extends Signed {
  readonly type: "codeResult";
  readonly output: string;
  /** As in `OUTCOME_OK`. */
  readonly outcome: string;
}

/** A part of another kind, such as `toolCall`, unchanged. */
export interface OtherPart extends Signed {
  readonly type: "other";
  readonly part: JsonObject;
}

/** A part of a candidate. */
export type ResponsePart =
  | TextPart
  | ThoughtPart
  | CallPart
  | MediaPart
  | FilePart
  | CodePart
  | CodeResultPart
  | OtherPart;

/** A candidate of a response or of a chunk. */
export interface Candidate {
  readonly index: number;
  readonly parts: readonly ResponsePart[];
  /** As in `STOP`; absent in all chunks but the last. */
  readonly finishReason?: string;
  readonly finishMessage?: string;
  readonly groundingMetadata?: JsonObject;
  readonly citationMetadata?: JsonObject;
  readonly urlContextMetadata?: JsonObject;
  /** The `logprobsResult`. */
  readonly logprobs?: JsonObject;
}

/** The candidates of a response, or of a chunk of a stream, in their order. */
export function candidatesOf(response: JsonObject): Candidate[] {
  return listOf(response.candidates).map((candidate, position) => ({
    index: count(candidate.index ?? position),
    parts: partsOf(candidate),
    ...defined({
      finishReason: textOf(candidate.finishReason),
      finishMessage: textOf(candidate.finishMessage),
      groundingMetadata: objectOf(candidate.groundingMetadata),
      citationMetadata: objectOf(candidate.citationMetadata),
      urlContextMetadata: objectOf(candidate.urlContextMetadata),
      logprobs: objectOf(candidate.logprobsResult),
    }),
  }));
}

/** Why the prompt was blocked, as in `SAFETY`; undefined if it was not. */
export function blockReasonOf(response: JsonObject): string | undefined {
  return textOf(objectOf(response.promptFeedback)?.blockReason);
}

function partsOf(candidate: JsonObject): ResponsePart[] {
  return listOf(objectOf(candidate.content)?.parts).map(readPart);
}

function readPart(part: JsonObject): ResponsePart {
  const signed = defined({ signature: textOf(part.thoughtSignature) });
  const isThought = part.thought === true;
  const call = objectOf(part.functionCall);
  if (call !== undefined) {
    const args = objectOf(call.args) ?? {};
    const id = textOf(call.id);
    return { type: "call", name: textOf(call.name) ?? "", args, ...defined({ id }), ...signed };
  }
  const media = objectOf(part.inlineData);
  if (media !== undefined) {
    const mimeType = textOf(media.mimeType) ?? "application/octet-stream";
    return { type: "media", mimeType, data: textOf(media.data) ?? "", isThought, ...signed };
  }
  if (typeof part.text === "string" || Object.keys(part).every(isMark)) {
    const text = typeof part.text === "string" ? part.text : "";
    return { type: isThought ? "thought" : "text", text, ...signed };
  }
  return readRarePart(part, signed);
}

function readRarePart(part: JsonObject, signed: Signed): ResponsePart {
  const file = objectOf(part.fileData);
  if (file !== undefined) {
    const mimeType = textOf(file.mimeType) ?? "application/octet-stream";
    return { type: "file", mimeType, uri: textOf(file.fileUri) ?? "", ...signed };
  }
  const code = objectOf(part.executableCode);
  if (code !== undefined) {
    const language = textOf(code.language) ?? "";
    return { type: "code", code: textOf(code.code) ?? "", language, ...signed };
  }
  const result = objectOf(part.codeExecutionResult);
  if (result !== undefined) {
    const outcome = textOf(result.outcome) ?? "";
    return { type: "codeResult", output: textOf(result.output) ?? "", outcome, ...signed };
  }
  return { type: "other", part, ...signed };
}

/** Whether a member of a part holds no content. */
function isMark(name: string): boolean {
  return name === "thought" || name === "thoughtSignature";
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function objectOf(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** A text that is not empty. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
