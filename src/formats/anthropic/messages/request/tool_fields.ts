/**
 * The fields of a tool in a request, and what becomes of them.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#body-tools}
 * @module
 */
import { type FieldRule, ignored, mapped } from "../../../field_rule.ts";

const COMMON: readonly FieldRule[] = [
  mapped("type", "the kind of tool"),
  mapped("name", "the function's name"),
  ignored("cache_control", "Gemini caches prompts by itself"),
  ignored("allowed_callers", "the model calls all tools directly"),
  ignored("defer_loading", "all tools are declared from the start"),
  ignored("strict", "Gemini keeps to the schema where it can"),
  ignored("input_examples", "function declarations have no examples"),
];

/** A tool of the client. */
export const CLIENT_TOOL_FIELDS: readonly FieldRule[] = [
  ...COMMON,
  mapped("description", "the function's description"),
  mapped("input_schema", "`parametersJsonSchema`"),
  ignored("eager_input_streaming", "Gemini sends a call's arguments in one piece"),
  ignored("max_characters", "of the text editor, which the client runs itself"),
];

/** A tool that Google runs. */
export const SERVER_TOOL_FIELDS: readonly FieldRule[] = [
  ...COMMON,
  ignored("allowed_domains", "Google Search has no such limit; a warning says so"),
  ignored("blocked_domains", "Google Search has no such limit; a warning says so"),
  ignored("max_uses", "Google decides how often it searches"),
  ignored("user_location", "Google Search takes no names of places"),
  ignored("response_inclusion", "responses have no text of pages"),
  ignored("citations", "responses have no citations"),
  ignored("max_content_tokens", "Google decides how much it reads"),
  ignored("url_sources", "Google reads the addresses in the prompt"),
  ignored("use_cache", "Google decides what it reads anew"),
];
