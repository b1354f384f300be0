/**
 * Reads the tokens that a response of a native method reports.
 *
 * @module
 */
import { type CallMethod, type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { type TokenUsage, usageOf } from "../../gemini/api/token_usage.ts";
import { usageOfInteraction } from "../../gemini/interactions/interaction_usage.ts";
import { usageOfPredictions } from "../../gemini/resources/predictions_usage.ts";

/** By how the method reports them. */
const READ_USAGE: {
  readonly [How in MethodRow["usage"]]?: (json: Uint8Array) => TokenUsage | undefined;
} = {
  usageMetadata: usageOf,
  interaction: usageOfInteraction,
  predictions: usageOfPredictions,
};

/** The usage in a response; undefined if it reports none. */
export function usageIn(method: CallMethod, json: Uint8Array): TokenUsage | undefined {
  return READ_USAGE[METHODS[method].usage]?.(json);
}
