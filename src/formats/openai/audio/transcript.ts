/**
 * A transcript as OpenAI's API returns it.
 *
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { utf8Bytes } from "../../../base/text/text.ts";
import type { WholeBody } from "../../operation.ts";
import { candidatesOf } from "../../shared/response/response_parts.ts";
import { countsOf, type TokenCounts } from "../../shared/response/token_counts.ts";
import { missingMedia } from "../missing_media.ts";

/** The forms that need no times. */
export type TranscriptFormat = "json" | "text";

/**
 * The body: the texts of all parts of the response, joined.
 *
 * @throws {RpcError} INVALID_ARGUMENT if the response has no text, and did not end of itself.
 */
export function transcriptBody(
  responses: readonly JsonObject[],
  format: TranscriptFormat,
): WholeBody {
  const text = responses.map(transcriptText).join("");
  if (text === "" && !responses.every(isFinished)) throw missingTranscript(responses);
  if (format === "text") {
    return { bytes: utf8Bytes(`${text}\n`), contentType: "text/plain; charset=utf-8" };
  }
  const counts = responses[0] && countsOf(responses[0]);
  return { json: { text, ...(counts === undefined ? {} : { usage: transcriptUsage(counts) }) } };
}

/** The text of a response or a chunk: without thoughts. */
export function transcriptText(response: JsonObject): string {
  return (candidatesOf(response)[0]?.parts ?? [])
    .map((part) => part.type === "text" ? part.text : "").join("");
}

/** The error for a response without a transcript. */
export function missingTranscript(responses: readonly JsonObject[]) {
  return missingMedia(responses, {
    what: "transcript",
    hint: "Check the sound, or use another model that hears.",
  });
}

/** The `usage` of a transcript. */
export function transcriptUsage({ prompt, promptAudio, output, total }: TokenCounts): JsonObject {
  return {
    type: "tokens",
    input_tokens: prompt,
    input_token_details: {
      text_tokens: Math.max(0, prompt - promptAudio),
      audio_tokens: promptAudio,
    },
    output_tokens: output,
    total_tokens: total,
  };
}

/** Whether a response, or a chunk, says that the model ended of itself. */
export function isFinished(response: JsonObject): boolean {
  return candidatesOf(response)[0]?.finishReason === "STOP";
}
