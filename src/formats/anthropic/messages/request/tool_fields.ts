/**
 * The fields of a tool in a request, and what becomes of them.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#body-tools}
 * @module
 */
import type { FieldRule } from "../../../operation.ts";

const COMMON: readonly FieldRule[] = [
  { name: "type", treatment: "mapped", note: "the kind of tool" },
  { name: "name", treatment: "mapped", note: "the function's name" },
  { name: "cache_control", treatment: "ignored", note: "Gemini caches prompts by itself" },
  { name: "allowed_callers", treatment: "ignored", note: "the model calls all tools directly" },
  { name: "defer_loading", treatment: "ignored", note: "all tools are declared from the start" },
  { name: "strict", treatment: "ignored", note: "Gemini keeps to the schema where it can" },
  { name: "input_examples", treatment: "ignored", note: "function declarations have no examples" },
];

/** A tool of the client. */
export const CLIENT_TOOL_FIELDS: readonly FieldRule[] = [
  ...COMMON,
  { name: "description", treatment: "mapped", note: "the function's description" },
  { name: "input_schema", treatment: "mapped", note: "`parametersJsonSchema`" },
  {
    name: "eager_input_streaming",
    treatment: "ignored",
    note: "Gemini sends a call's arguments in one piece",
  },
  {
    name: "max_characters",
    treatment: "ignored",
    note: "of the text editor, which the client runs itself",
  },
];

/** A tool that Google runs. */
export const SERVER_TOOL_FIELDS: readonly FieldRule[] = [
  ...COMMON,
  {
    name: "allowed_domains",
    treatment: "ignored",
    note: "Google Search has no such limit; a warning says so",
  },
  {
    name: "blocked_domains",
    treatment: "ignored",
    note: "Google Search has no such limit; a warning says so",
  },
  { name: "max_uses", treatment: "ignored", note: "Google decides how often it searches" },
  { name: "user_location", treatment: "ignored", note: "Google Search takes no names of places" },
  { name: "response_inclusion", treatment: "ignored", note: "responses have no text of pages" },
  { name: "citations", treatment: "ignored", note: "responses have no citations" },
  { name: "max_content_tokens", treatment: "ignored", note: "Google decides how much it reads" },
  { name: "url_sources", treatment: "ignored", note: "Google reads the addresses in the prompt" },
  { name: "use_cache", treatment: "ignored", note: "Google decides what it reads anew" },
];
