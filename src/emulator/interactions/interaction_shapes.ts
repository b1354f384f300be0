/**
 * The messages of `interactions.create`, for {@linkcode checkShape}.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import type { Shapes } from "./shape_check.ts";

/** Both forms, with a model or with an agent, have these. */
const CREATE = {
  input: "string|Content|Step[]|Content[]",
  previous_interaction_id: "string",
  continuation_token: "string",
  store: "boolean",
  stream: "boolean",
  background: "boolean",
  system_instruction: "string",
  tools: "Tool[]",
  response_format: "ResponseFormat|ResponseFormat[]",
  response_mime_type: "string",
  response_modalities: "string[]",
  safety_settings: "SafetySetting[]",
  service_tier: "string",
  labels: "map:string",
  environment: "string|Environment",
  webhook_config: "WebhookConfig",
} as const;

const CALL = { id: "string!", signature: "string" } as const;
const RESULT = { call_id: "string!", signature: "string" } as const;
const MEDIA = { data: "string", mime_type: "string", uri: "string" } as const;

/** The messages. */
export const INTERACTION_SHAPES: Shapes = {
  CreateModelInteraction: {
    ...CREATE,
    model: "string!",
    generation_config: "GenerationConfig",
    cached_content: "string",
  },
  CreateAgentInteraction: { ...CREATE, agent: "string!", agent_config: "AgentConfig" },
  GenerationConfig: {
    temperature: "number",
    top_p: "number",
    seed: "integer",
    stop_sequences: "string[]",
    max_output_tokens: "integer",
    thinking_level: "string",
    thinking_summaries: "string",
    tool_choice: "string|ToolChoice",
    speech_config: "SpeakerConfig|SpeechConfig[]",
    image_config: "ImageConfig",
    video_config: "VideoConfig",
    transcription_config: "object",
  },
  ToolChoice: { allowed_tools: "AllowedTools" },
  AllowedTools: { mode: "string", tools: "string[]" },
  SpeakerConfig: { speakers: "SpeechConfig[]" },
  SpeechConfig: { language: "string", speaker: "string", voice: "string" },
  ImageConfig: { aspect_ratio: "string", image_size: "string" },
  // Google accepts unknown names here, and ignores them.
  VideoConfig: { "*": "any" },
  SafetySetting: { type: "string!", threshold: "string!", method: "string" },
  WebhookConfig: { uris: "string[]", user_metadata: "object" },
  Environment: {
    type: "string!",
    environment_id: "string",
    env: "map:string|EnvVar",
    network: "string|Network",
    sources: "Source[]",
  },
  EnvVar: { credential: "string", value: "string" },
  Network: { allowlist: "string|object[]|object" },
  Source: {
    type: "string",
    content: "string",
    encoding: "string",
    source: "string",
    target: "string",
  },
  "AgentConfig.antigravity": { max_total_tokens: "string", model: "string" },
  "AgentConfig.code-mender": {
    find_request: "object",
    fix_request: "object",
    model: "string",
    session_config: "object",
    session_id: "string",
  },
  "AgentConfig.deep-research": {
    collaborative_planning: "boolean",
    enable_bigquery_tool: "boolean",
    thinking_summaries: "string",
    visualization: "string",
  },
  "AgentConfig.dynamic": { "*": "any" },
  "ResponseFormat.text": { mime_type: "string", schema: "object" },
  "ResponseFormat.audio": {
    mime_type: "string",
    bit_rate: "integer",
    delivery: "string",
    sample_rate: "integer",
  },
  "ResponseFormat.image": {
    mime_type: "string",
    aspect_ratio: "string",
    delivery: "string",
    image_size: "string",
  },
  // A schema without an envelope, whose type is that of the value.
  "ResponseFormat.*": { "*": "any", type: "any" },
  "ResponseFormat.video": {
    aspect_ratio: "string",
    delivery: "string",
    duration: "string",
    gcs_uri: "string",
    resolution: "string",
  },
  "Content.text": { text: "string!", annotations: "object[]" },
  "Content.image": { ...MEDIA, resolution: "string" },
  "Content.audio": { ...MEDIA, channels: "integer", sample_rate: "integer" },
  "Content.video": { ...MEDIA, name: "string", processing: "string|object", resolution: "string" },
  "Content.document": MEDIA,
  "Step.user_input": { content: "Content[]" },
  "Step.model_output": { content: "Content[]", error: "object" },
  "Step.thought": { signature: "string", summary: "Content[]" },
  "Step.function_call": { ...CALL, name: "string!", arguments: "object!" },
  "Step.function_result": {
    ...RESULT,
    name: "string",
    is_error: "boolean",
    result: "string|Content[]|object!",
  },
  "Step.mcp_server_tool_call": {
    ...CALL,
    name: "string!",
    server_name: "string!",
    arguments: "object!",
  },
  "Step.mcp_server_tool_result": {
    ...RESULT,
    name: "string",
    server_name: "string",
    result: "string|Content[]|object!",
  },
  ...hostedTool("code_execution", "string|Content[]"),
  ...hostedTool("google_search", "object[]", { search_type: "string" }),
  ...hostedTool("google_maps", "object[]"),
  ...hostedTool("url_context", "object[]"),
  ...hostedTool("file_search", "any"),
  ...hostedTool("retrieval", "any", { retrieval_type: "string" }),
  ...hostedTool("processing", "any"),
  "Tool.function": { name: "string!", description: "string", parameters: "object" },
  "Tool.code_execution": {},
  "Tool.google_search": { search_types: "string[]" },
  "Tool.google_maps": { enable_widget: "boolean", latitude: "number", longitude: "number" },
  "Tool.url_context": {},
  "Tool.file_search": {
    file_search_store_names: "string[]",
    metadata_filter: "string",
    top_k: "integer",
  },
  "Tool.computer_use": {
    environment: "string",
    disabled_safety_policies: "string[]",
    enable_prompt_injection_detection: "boolean",
    excluded_predefined_functions: "string[]",
  },
  "Tool.mcp_server": {
    name: "string",
    url: "string",
    headers: "map:string",
    allowed_tools: "AllowedTools[]",
  },
  "Tool.retrieval": {
    retrieval_types: "string[]",
    exa_ai_search_config: "object",
    parallel_ai_search_config: "object",
    rag_store_config: "object",
    vertex_ai_search_config: "object",
  },
};

/** The steps of a tool that Google runs itself. */
function hostedTool(name: string, result: string, rest: Record<string, string> = {}): Shapes {
  return {
    [`Step.${name}_call`]: { ...CALL, arguments: "object", ...rest },
    [`Step.${name}_result`]: { ...RESULT, is_error: "boolean", result },
  };
}
