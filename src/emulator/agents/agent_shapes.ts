/**
 * The messages of agents and their related collections, for `checkShape()`.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import { INTERACTION_SHAPES } from "../interactions/interaction_shapes.ts";
import type { Shapes } from "../interactions/shape_check.ts";

const BEARER = { header_name: "string", prefix: "string" } as const;
const AUDIO = { data: "string!", mime_type: "string!" } as const;
const QUESTION = { instructions: "string|Content|Content[]!" } as const;

/** The messages. */
export const AGENT_SHAPES: Shapes = {
  ...INTERACTION_SHAPES,
  Empty: {},
  Agent: {
    id: "string",
    description: "string",
    base_agent: "string",
    base_environment: "string|Environment",
    system_instruction: "string",
    tools: "Tool[]",
    agent_config: "AgentConfig",
  },
  CreateEnvironment: {
    from_environment: "string",
    network: "string|Network",
    sources: "Source[]",
  },
  Trigger: {
    display_name: "string",
    environment_id: "string",
    execution_timeout_seconds: "integer",
    interaction: "CreateAgentInteraction!",
    max_consecutive_failures: "integer",
    schedule: "string!",
    time_zone: "string!",
  },
  TriggerUpdate: { display_name: "string", status: "string" },
  Webhook: { name: "string", subscribed_events: "string[]!", uri: "string!" },
  WebhookUpdate: { name: "string", state: "string", subscribed_events: "string[]", uri: "string" },
  RotateSigningSecret: { revocation_behavior: "string" },
  "Credential.bearer_token": { id: "string!", token: "string!", ...BEARER },
  "Credential.oauth2": {
    id: "string!",
    client_id: "string!",
    client_secret: "string!",
    refresh_token: "string!",
    token_url: "string!",
    scopes: "string[]",
  },
  "Credential.environment_variable": {
    id: "string!",
    injection_location: "string|string[]!",
    trusted_domains: "string[]",
    value: "string!",
  },
  "CredentialUpdate.bearer_token": { token: "string", ...BEARER },
  "CredentialUpdate.oauth2": {
    client_id: "string",
    client_secret: "string",
    refresh_token: "string",
    token_url: "string",
    scopes: "string[]",
  },
  "CredentialUpdate.environment_variable": {
    injection_location: "string|string[]",
    trusted_domains: "string[]",
    value: "string",
  },
  CreateVoice: { store: "boolean", voice: "Voice!" },
  Voice: {
    type: "string!",
    accent: "string",
    context: "string",
    description: "string",
    display_name: "string",
    gender: "string",
    language_code: "string",
    model: "string",
    persona: "string",
    pitch: "string",
    prompted: "PromptedVoice",
    region_code: "string",
    replicated: "ReplicatedVoice",
    sample_audio: "AudioData",
  },
  PromptedVoice: { base_voice: "string", input: "string!" },
  ReplicatedVoice: { consent_audio: "AudioData!", source_audio: "AudioData!" },
  AudioData: AUDIO,
  CreateDecision: {
    input: "string|Content|Content[]!",
    model: "string!",
    questions: "map:Question!",
  },
  "Question.choice": { ...QUESTION, criteria: "map:string!" },
  "Question.noul": { ...QUESTION, criteria: "object" },
  "Question.score": { ...QUESTION, criteria: "string[]!" },
};
