/**
 * Every field of a request: what it does here, or why it does nothing.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create}
 * @module
 */
import { type FieldRule, ignored, mapped, refused } from "../../field_rule.ts";

/** The fields, in the order of the documentation. */
export const REQUEST_FIELDS: readonly FieldRule[] = [
  mapped("model", "the model, after aliases"),
  mapped("input", "`contents`: a text, or the items below"),
  mapped("instructions", "`systemInstruction`; not carried over by `previous_response_id`"),
  mapped("previous_response_id", "the kept conversation that is continued"),
  mapped(
    "store",
    "false: nothing is kept; absent: the gateway keeps the exchange for `previous_response_id`; true: Google keeps " +
      "it, as an interaction, if an account has interactions with the model",
  ),
  mapped("stream", "server-sent events"),
  ignored("stream_options.include_obfuscation", "events are sent without padding"),
  mapped("tools", "`tools`: the types below"),
  mapped(
    "tool_choice",
    "`functionCallingConfig`; Google's own tools cannot be forced, so a choice of one of them is `auto`; `none` leaves them out",
  ),
  ignored("parallel_tool_calls", "Gemini decides; it has no such option"),
  ignored("max_tool_calls", "Google has no limit for its own tools"),
  mapped("text.format", "`responseMimeType`, `responseJsonSchema`"),
  ignored("text.verbosity", "Gemini has no such option; say it in `instructions`"),
  mapped("reasoning.effort", "`thinkingLevel`; before Gemini 3 `thinkingBudget`"),
  mapped("reasoning.summary", "`includeThoughts`: thoughts become summaries"),
  mapped("reasoning.generate_summary", "the former name of `reasoning.summary`"),
  ignored("reasoning.context", "Gemini has no such option"),
  ignored("reasoning.mode", "Gemini has no such option"),
  mapped(
    "include",
    "`reasoning.encrypted_content` (signatures, for clients that keep the conversation), " +
      "`message.output_text.logprobs`, `web_search_call.action.sources`, " +
      "`code_interpreter_call.outputs`; other values do nothing",
  ),
  mapped("max_output_tokens", "`maxOutputTokens`, which includes thoughts"),
  mapped("temperature", "`temperature`"),
  mapped("top_p", "`topP`"),
  mapped("top_logprobs", "`responseLogprobs`, `logprobs`"),
  mapped(
    "service_tier",
    "`serviceTier`: `flex`, and `priority` or `fast`; others are Google's default",
  ),
  mapped("prompt_cache_key", "the conversation: it stays at one account"),
  mapped("user", "the conversation, without `prompt_cache_key`"),
  mapped("safety_identifier", "the conversation, without both"),
  mapped("metadata", "repeated in the response"),
  mapped("background", "false; true is refused: the gateway runs nothing in the background"),
  ignored("truncation", "Gemini truncates nothing: a conversation that is too long gets its error"),
  ignored("prompt_cache_retention", "Google caches by itself"),
  ignored("prompt_cache_options", "Google caches by itself"),
  ignored("context_management", "Gemini does not compact conversations"),
  ignored("image", "Gemini has no such option"),
  ignored("client_metadata", "Codex tells OpenAI of its session"),
  refused("background_options", "the gateway runs nothing in the background"),
  refused("conversation", "OpenAI keeps conversations; use `previous_response_id`"),
  refused("prompt", "templates of prompts are stored at OpenAI; send the text"),
  refused("moderation", "Google's safety settings are others; remove it"),
  refused("access_programs", "these programs are OpenAI's; remove it"),
];

/** What becomes of each type of item in `input`, for the documentation. */
export const ITEM_FIELDS: readonly FieldRule[] = [
  mapped("message", "roles `user`, `assistant`; `system` and `developer` to `systemInstruction`"),
  mapped("input_text", "a text; `output_text` and `refusal` of the assistant, too"),
  mapped("input_image", "data as `inlineData`, https: and gs: addresses as `fileData`; `detail`"),
  mapped("input_file", "data, an address, or the name of a file at Google as `file_id`"),
  mapped("input_audio", "`inlineData`"),
  mapped(
    "function_call",
    "`functionCall`; so are `custom_tool_call`, `local_shell_call`, `shell_call`, `apply_patch_call` and " +
      "the client's `tool_search_call`",
  ),
  mapped(
    "function_call_output",
    "`functionResponse`, with images and files; so are the others' outputs",
  ),
  mapped("reasoning", "the gateway's own signatures; the summary is not sent"),
  mapped("additional_tools", "more `tools`; so are those in `tool_search_output`"),
  mapped("code_interpreter_call", "`executableCode`, `codeExecutionResult`, if it has outputs"),
  mapped("image_generation_call", "`inlineData` of the model"),
  ignored(
    "web_search_call",
    "what was found is in the text after it; so are `file_search_call`, `mcp_list_tools`",
  ),
  mapped("item_reference", "the item of a response that is kept; others are refused"),
  refused(
    "compaction",
    "OpenAI encrypted it; so are `computer_call`, `mcp_call` and `program` refused",
  ),
];

/** What becomes of each type of tool, for the documentation. */
export const TOOL_FIELDS: readonly FieldRule[] = [
  mapped(
    "function",
    "`functionDeclarations`; `strict`, `async`, `defer_loading` and `output_schema` do nothing",
  ),
  mapped("custom", "a function with one text; the grammar is its description"),
  mapped("namespace", "its tools, with the namespace before their names"),
  mapped("local_shell", "a function; so are `shell` of the client and `apply_patch`"),
  mapped("tool_search", "a function, if the client searches; otherwise Gemini gets all tools"),
  mapped(
    "web_search",
    "`googleSearch`; so is `web_search_preview`. Its options do nothing, but domains are refused",
  ),
  mapped("code_interpreter", "`codeExecution`, without files"),
  mapped("image_generation", "`responseModalities`, `imageConfig` for `size`: for image models"),
  refused("file_search", "OpenAI's vector stores are not at Google"),
  refused("mcp", "the gateway calls no MCP servers"),
  refused("computer", "Google's actions are others; so is `computer_use_preview`"),
];
