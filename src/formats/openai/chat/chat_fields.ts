/**
 * The fields of a chat completion's request: how each is treated. The table checks requests, and is the one in the
 * documentation.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/create}
 * @module
 */
import { type FieldRule, ignored, mapped, refused } from "../../field_rule.ts";

/** The fields of the request itself. */
export const REQUEST_FIELDS: readonly FieldRule[] = [
  mapped(
    "model",
    "The model; your aliases apply, and `models/`, `google/` and `gemini/` are removed",
  ),
  mapped("messages", "`contents` and `systemInstruction`"),
  mapped("stream", "`streamGenerateContent`"),
  mapped("stream_options.include_usage", "A last chunk with `usage`"),
  ignored("stream_options.include_obfuscation", "Chunks are not padded"),
  mapped("temperature", "`temperature`"),
  mapped("top_p", "`topP`"),
  mapped("top_k", "`topK`"),
  mapped(
    "max_completion_tokens",
    "`maxOutputTokens`, at most what the model can write: Gemini counts thoughts, too",
  ),
  mapped("max_tokens", "The same, if `max_completion_tokens` is absent"),
  mapped("n", "`candidateCount`"),
  mapped("stop", "`stopSequences`"),
  mapped("seed", "`seed`; only its lower 32 bits"),
  mapped("presence_penalty", "`presencePenalty`; Gemini 3 has none: dropped with a warning"),
  mapped("frequency_penalty", "`frequencyPenalty`; the same"),
  mapped("logprobs", "`responseLogprobs`"),
  mapped("top_logprobs", "`logprobs`"),
  mapped("response_format.type", "`responseMimeType`; `text` is Google's default"),
  mapped("response_format.json_schema.schema", "`responseJsonSchema`"),
  ignored("response_format.json_schema.name", "Google has no name for a schema"),
  ignored("response_format.json_schema.description", "The schema's own descriptions reach Google"),
  ignored("response_format.json_schema.strict", "Google always keeps to the schema"),
  mapped("reasoning_effort", "`thinkingConfig`: a budget for Gemini 2.5, a level for Gemini 3"),
  mapped("reasoning.effort", "As `reasoning_effort`, for clients of OpenRouter's form"),
  mapped("reasoning.max_tokens", "`thinkingBudget`"),
  mapped("reasoning.enabled", "`false`: as little as the model can"),
  mapped("reasoning.exclude", "`true`: without `reasoning_content`"),
  mapped("thinking.type", "`disabled`: as little as the model can; for clients of LiteLLM's form"),
  mapped("thinking.budget_tokens", "`thinkingBudget`"),
  mapped("modalities", "`responseModalities`: `text`, `audio`, `image`"),
  mapped("audio.voice", "`speechConfig`: a voice of Gemini, or the one that stands for OpenAI's"),
  mapped("audio.format", "`pcm16`, or `wav` without `stream`: Gemini makes no other"),
  mapped("tools", "See below"),
  mapped(
    "tool_choice",
    "`functionCallingConfig`; `allowed_tools`, too; `none` leaves out Google's tools",
  ),
  ignored("parallel_tool_calls", "Gemini decides itself: `false` is answered with a warning"),
  mapped("functions.name", "As a function of `tools`; the response has `function_call`"),
  mapped("functions.description", "The same"),
  mapped("functions.parameters", "The same"),
  mapped("function_call", "As `tool_choice`"),
  mapped("web_search_options", "Google Search"),
  ignored("web_search_options.search_context_size", "Google Search has no such setting"),
  ignored("web_search_options.user_location", "Google Search has no such setting"),
  mapped(
    "service_tier",
    "`serviceTier`: `flex`, `priority`; dropped for accounts of other kinds than gemini-api, which have none",
  ),
  mapped(
    "prompt_cache_key",
    "The conversation's id: it stays with one account, where its cache is",
  ),
  mapped("user", "The same, if `prompt_cache_key` is absent"),
  mapped("safety_identifier", "The same, if `user` is absent, too"),
  ignored("prompt_cache_retention", "Google caches prompts by itself"),
  ignored("prompt_cache_options", "Google caches prompts by itself"),
  ignored("store", "Nothing is stored"),
  ignored("metadata", "Nothing is stored"),
  ignored("logit_bias", "Gemini has other tokens"),
  ignored("prediction", "It changes the speed only"),
  ignored("verbosity", "Gemini has no such setting, and your words stay as they are"),
  refused("moderation", "Pollux moderates nothing; use `google.safety_settings`"),
  mapped("google.thinking_config", "`thinkingConfig`; it has precedence over `reasoning_effort`"),
  mapped("google.cached_content", "`cachedContent`"),
  mapped("google.safety_settings", "`safetySettings`; without it, Google's defaults hold"),
  mapped("google.image_config", "`imageConfig`"),
  mapped("extra_body.google.thinking_config", "As `google.thinking_config`"),
  mapped("extra_body.google.cached_content", "As `google.cached_content`"),
  mapped("extra_body.google.safety_settings", "As `google.safety_settings`"),
  mapped("extra_body.google.image_config", "As `google.image_config`"),
];

/** The fields of messages and of their parts. */
export const MESSAGE_FIELDS: readonly FieldRule[] = [
  mapped(
    "messages.role",
    "`system` and `developer`: the instruction; `user`; `assistant`: `model`; `tool` and `function`: results",
  ),
  mapped(
    "messages.content.type",
    "`text`, `refusal`, `image_url`, `video_url`, `input_audio`, `file`",
  ),
  mapped("messages.content.text", "A text"),
  mapped("messages.content.refusal", "A text of the model"),
  mapped(
    "messages.content.image_url.url",
    "A `data:` URL: `inlineData`; `https:` and `gs:` addresses and `files/…`: `fileData`, which Google fetches",
  ),
  mapped("messages.content.image_url.detail", "`mediaResolution` for Gemini 3: `low`, `high`"),
  mapped(
    "messages.content.image_url.format",
    "The media type, where the address tells none; else `image/jpeg`",
  ),
  mapped("messages.content.video_url.url", "As an image's; addresses at YouTube, too"),
  mapped("messages.content.input_audio.data", "`inlineData`"),
  mapped("messages.content.input_audio.format", "Its media type"),
  mapped("messages.content.file.file_data", "`inlineData`"),
  mapped(
    "messages.content.file.file_id",
    "`fileData`: the name of a file at Google, as `files/abc`",
  ),
  mapped(
    "messages.content.file.filename",
    "The media type, by its extension, where the data tell none",
  ),
  ignored("messages.content.file.format", "The data or the name tell it"),
  ignored("messages.content.prompt_cache_breakpoint", "Google caches prompts by itself"),
  ignored("messages.content.cache_control", "Google caches prompts by itself"),
  ignored("messages.cache_control", "Google caches prompts by itself"),
  ignored(
    "messages.name",
    "Gemini does not tell speakers apart; with the role `function` it is the function",
  ),
  mapped("messages.tool_calls.id", "The key of the call's thought signature"),
  ignored("messages.tool_calls.index", "The order of the list holds"),
  mapped("messages.tool_calls.type", "`function`"),
  mapped("messages.tool_calls.function.name", "The function"),
  mapped("messages.tool_calls.function.arguments", "Its arguments: a JSON object, or nothing"),
  mapped(
    "messages.tool_calls.extra_content.google.thought_signature",
    "The signature, if Pollux does not know the id",
  ),
  ignored(
    "messages.tool_calls.function.parsed_arguments",
    "The client's own copy of the arguments",
  ),
  ignored("messages.tool_calls.provider_specific_fields", "What other gateways add"),
  refused("messages.tool_calls.custom", "Gemini has functions only"),
  mapped("messages.tool_call_id", "The call that the result belongs to"),
  mapped("messages.function_call.name", "A call without an id"),
  mapped("messages.function_call.arguments", "Its arguments"),
  mapped("messages.images.image_url.url", "An image that the model made, as `inlineData`"),
  ignored("messages.images.index", "The order of the list holds"),
  ignored("messages.images.type", "It is always `image_url`"),
  mapped("messages.images.extra_content.google.thought_signature", "The image's signature"),
  mapped("messages.extra_content.google.thought_signature", "The signature of the text"),
  ignored("messages.reasoning_content", "Google takes thoughts only by their signatures"),
  ignored("messages.reasoning", "The same"),
  ignored("messages.reasoning_details", "The same"),
  ignored("messages.thinking_blocks", "The same"),
  ignored("messages.provider_specific_fields", "What other gateways add"),
  ignored("messages.refusal", "What Pollux writes there is the reason, and no text of the model"),
  ignored("messages.annotations", "Gemini makes its own"),
  ignored("messages.parsed", "The client's own copy of the content"),
  refused("messages.audio", "Pollux stores no audio: send its words as `content`"),
];

/** The fields of tools. */
export const TOOL_FIELDS: readonly FieldRule[] = [
  mapped(
    "tools.type",
    "`function`; `web_search`, `web_search_preview`, `google_search`: Google Search; `code_interpreter`, `code_execution`; `url_context`; `google_maps`",
  ),
  mapped(
    "tools.function.name",
    "The name; one that Google refuses is replaced on the way, and put back",
  ),
  mapped("tools.function.description", "The description"),
  mapped("tools.function.parameters", "`parametersJsonSchema`"),
  ignored("tools.function.strict", "Google has no such setting"),
  ignored("tools.cache_control", "Google caches prompts by itself"),
  ignored("tools.container", "Google runs code in its own"),
  ignored("tools.search_context_size", "Google Search has no such setting"),
  ignored("tools.user_location", "Google Search has no such setting"),
  mapped("tools.googleSearch", "As it is; `google_search`, too"),
  mapped("tools.google_search", "The same"),
  mapped("tools.codeExecution", "As it is; `code_execution`, too"),
  mapped("tools.code_execution", "The same"),
  mapped("tools.urlContext", "As it is; `url_context`, too"),
  mapped("tools.url_context", "The same"),
  mapped("tools.googleMaps", "As it is; `google_maps`, too"),
  mapped("tools.google_maps", "The same"),
  refused("tools.name", 'It is in `function`: `{"type": "function", "function": {"name": …}}`'),
  refused("tools.custom", "Gemini has functions only: use `function`"),
];

/** Every field. */
export const CHAT_FIELDS: readonly FieldRule[] = [
  ...REQUEST_FIELDS,
  ...MESSAGE_FIELDS,
  ...TOOL_FIELDS,
];
