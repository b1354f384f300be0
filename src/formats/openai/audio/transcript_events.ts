/**
 * The events of a streamed transcript.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { EventTranslator } from "../../operation.ts";
import { dataFrame } from "../../shared/response/sse_frames.ts";
import { countsOf, type TokenCounts } from "../../shared/response/token_counts.ts";
import { openaiErrorBody } from "../openai_error.ts";
import { isFinished, missingTranscript, transcriptText, transcriptUsage } from "./transcript.ts";

/** The state of one stream. The last event repeats the text, which the model's output limit bounds. */
export class TranscriptEvents implements EventTranslator {
  #text = "";
  #counts: TokenCounts | undefined;
  #last: JsonObject = {};
  #isFinished = false;

  chunk(chunk: JsonObject): string {
    this.#last = chunk;
    this.#isFinished ||= isFinished(chunk);
    this.#counts = countsOf(chunk) ?? this.#counts;
    const delta = transcriptText(chunk);
    if (delta === "") return "";
    this.#text += delta;
    return dataFrame({ type: "transcript.text.delta", delta });
  }

  error(error: RpcError): string {
    return dataFrame(openaiErrorBody(error));
  }

  end(): string {
    if (this.#text === "" && !this.#isFinished) throw missingTranscript([this.#last]);
    const usage = this.#counts && transcriptUsage(this.#counts);
    return dataFrame({
      type: "transcript.text.done",
      text: this.#text,
      ...(usage === undefined ? {} : { usage }),
    });
  }
}
