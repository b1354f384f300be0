/**
 * Groups Google's finish reasons, so that each format needs one word for each group.
 *
 * @see {@link https://ai.google.dev/api/generate-content#FinishReason}
 * @module
 */

/**
 * `stop`: the model ended. `length`: a limit ended it. `filter`: its content was withheld. `malformed`: it wrote
 * something that cannot be used, such as a malformed function call.
 */
export type FinishKind = "stop" | "length" | "filter" | "malformed";

const KINDS: ReadonlyMap<string, FinishKind> = new Map([
  ["STOP", "stop"],
  ["FINISH_REASON_UNSPECIFIED", "stop"],
  ["MAX_TOKENS", "length"],
  ["CONTINUATION", "length"],
  ["SAFETY", "filter"],
  ["RECITATION", "filter"],
  ["LANGUAGE", "filter"],
  ["OTHER", "filter"],
  ["BLOCKLIST", "filter"],
  ["PROHIBITED_CONTENT", "filter"],
  ["SPII", "filter"],
  ["MODEL_ARMOR", "filter"],
  ["MALFORMED_FUNCTION_CALL", "malformed"],
  ["UNEXPECTED_TOOL_CALL", "malformed"],
  ["TOO_MANY_TOOL_CALLS", "malformed"],
  ["MALFORMED_RESPONSE", "malformed"],
  ["MISSING_THOUGHT_SIGNATURE", "malformed"],
]);

/**
 * The group of a finish reason. Those of images (`IMAGE_SAFETY`, …) are `filter`. A reason that is not known counts as
 * `malformed`: nothing is known of what the model wrote.
 */
export function finishKind(reason: string): FinishKind {
  return KINDS.get(reason) ?? (reason.startsWith("IMAGE_") ? "filter" : "malformed");
}
