/**
 * What the response to a chat depends on, besides Gemini's response.
 *
 * @module
 */
import type { OperationContext } from "../../operation.ts";
import type { FunctionNames } from "../../shared/request/function_tools.ts";
import type { AudioFormat } from "./audio_config.ts";

/** The scope of one response. */
export interface ChatScope {
  readonly context: Pick<OperationContext, "keepCall" | "newId" | "nowMs">;
  /** The model that was called. */
  readonly model: string;
  readonly names: FunctionNames;
  /** Whether the client declared `functions`, and expects `function_call`. */
  readonly isLegacy: boolean;
  /** The form of audio; undefined without. */
  readonly audio: AudioFormat | undefined;
  /** Whether a stream ends with its usage. */
  readonly includesUsage: boolean;
}
