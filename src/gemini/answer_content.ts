/**
 * Whether a chunk of an answer says anything.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "./json_object.ts";

/** What is longer, in bytes, is not looked into: metadata alone is short. */
const LONGEST_EMPTY = 4096;

/** Fields that say nothing by themselves; what there is besides them may be new, and say something. */
const SILENT_FIELDS: ReadonlySet<string> = new Set([
  "candidates",
  "promptFeedback",
  "usageMetadata",
  "modelVersion",
  "modelStatus",
  "responseId",
  "createTime",
]);
const SILENT_IN_CANDIDATE: ReadonlySet<string> = new Set(["content", "index", "safetyRatings"]);

const decoder = new TextDecoder();

/**
 * Whether a chunk of a streamed answer holds a part of the answer: any part but an empty text, thoughts
 * and signatures included; a finish reason, with or without content; a token to go on with; why the
 * prompt was blocked; any field that is not known. Counts of tokens, ids and candidates without content
 * are none.
 *
 * @param json The bytes of a GenerateContentResponse. What can't be read is held to say something.
 */
export function holdsContent(json: Uint8Array): boolean {
  if (json.length > LONGEST_EMPTY) return true;
  let answer: unknown;
  try {
    answer = JSON.parse(decoder.decode(json));
  } catch {
    return true;
  }
  if (!isJsonObject(answer) || hasOthers(answer, SILENT_FIELDS)) return true;
  const { promptFeedback, candidates } = answer;
  if (isJsonObject(promptFeedback) && promptFeedback["blockReason"]) return true;
  return Array.isArray(candidates) && candidates.some(saysSomething);
}

function saysSomething(candidate: unknown): boolean {
  if (!isJsonObject(candidate)) return false;
  if (hasOthers(candidate, SILENT_IN_CANDIDATE)) return true;
  const { content } = candidate;
  const parts = isJsonObject(content) ? content["parts"] : undefined;
  return Array.isArray(parts) && parts.some(isNotEmpty);
}

function hasOthers(object: JsonObject, names: ReadonlySet<string>): boolean {
  return Object.keys(object).some((name) => !names.has(name));
}

function isNotEmpty(part: unknown): boolean {
  return isJsonObject(part) &&
    Object.entries(part).some(([name, value]) => name !== "text" || value !== "");
}
