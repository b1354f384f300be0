/**
 * The fields of a request for a message, and what becomes of each.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages}
 * @module
 */
import { type FieldRule, ignored, mapped, refused } from "../../../field_rule.ts";

const NO_SERVER_STATE = "the gateway keeps no conversations of this API; send all messages";

/** The fields of `messages`. */
export const REQUEST_FIELDS: readonly FieldRule[] = [
  mapped("model", "the model, after `aliases`"),
  mapped("messages", "`contents`"),
  mapped("system", "`systemInstruction`, without Claude Code's line `x-anthropic-billing-header`"),
  mapped("max_tokens", "`maxOutputTokens`, at most what the model can write; both count thoughts"),
  mapped("stop_sequences", "`stopSequences`; Gemini does not say which one it met"),
  mapped("temperature", "`temperature`"),
  mapped("top_p", "`topP`"),
  mapped("top_k", "`topK`"),
  mapped("stream", "`streamGenerateContent` or `generateContent`"),
  mapped("tools", "`functionDeclarations`, `googleSearch`, `urlContext`, `codeExecution`"),
  mapped(
    "tool_choice.type",
    "`functionCallingConfig`: `auto`, `any`, `tool`, or `none`, without Google's tools",
  ),
  mapped("tool_choice.name", "`allowedFunctionNames`"),
  ignored(
    "tool_choice.disable_parallel_tool_use",
    "Gemini decides how many calls it makes; a warning says so",
  ),
  mapped(
    "thinking.type",
    "`enabled`, `adaptive` and `between_tools` show thoughts; `disabled` thinks as little as the model can",
  ),
  mapped("thinking.budget_tokens", "`thinkingBudget`"),
  mapped("thinking.display", "`includeThoughts`: false for `omitted`"),
  ignored("thinking.block_binding", "Google checks signatures itself"),
  mapped("output_config.effort", "`thinkingLevel`, or a `thinkingBudget` before Gemini 3"),
  mapped("output_config.format", "`responseJsonSchema`"),
  ignored("output_config.task_budget", "Gemini has no budget for tasks"),
  mapped("output_format", "as `output_config.format`"),
  mapped("metadata.user_id", "the conversation, which stays on its account"),
  ignored(
    "cache_control",
    "Gemini caches prompts by itself; the conversation stays on its account",
  ),
  ignored("context_management", "nothing is removed from the conversation"),
  ignored("service_tier", "the account decides"),
  ignored("speed", "Gemini has no such modes"),
  mapped("inference_geo", "`global` is accepted; other regions get a 400, for the account decides"),
  ignored("diagnostics", "they explain Anthropic's cache"),
  ignored("fallbacks", "aliases choose the model"),
  ignored("fallback_credit_token", "it belongs to Anthropic's billing"),
  ignored("billing_policy", "it belongs to Anthropic's billing"),
  ignored("anthropic_version", "of clients that speak to Anthropic's models at a cloud"),
  ignored("anthropic_beta", "of clients that speak to Anthropic's models at a cloud"),
  refused("container", "Google's code runs in no container that a client could name"),
  refused("mcp_servers", "Gemini opens no MCP servers here; run their tools in the client"),
  refused("compaction", "Gemini does not summarize conversations; ask for a summary instead"),
  refused("thread", NO_SERVER_STATE),
];

/** What generates a message, but does not change the number of its tokens. */
const NOT_COUNTED: ReadonlySet<string> = new Set([
  "max_tokens",
  "stop_sequences",
  "temperature",
  "top_p",
  "top_k",
  "stream",
]);

/** The fields of `count_tokens`: the same, without what needs no count. */
export const COUNT_FIELDS: readonly FieldRule[] = REQUEST_FIELDS
  .filter(({ name }) => !NOT_COUNTED.has(name))
  .map((rule) => rule.name === "compaction" ? ignored("compaction", "as Anthropic does") : rule);
