/**
 * The frames of a Live session, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-live}
 * @module
 */

/** The frames of client and server: each is a `LiveClientMessage` or a `LiveServerMessage`. */
export const LIVE_MESSAGES = {
  LiveClientMessage: {
    setup: "LiveSetup",
    clientContent: "LiveClientContent",
    realtimeInput: "LiveRealtimeInput",
    toolResponse: "LiveToolResponse",
  },
  LiveSetup: {
    model: "string",
    generationConfig: "GenerationConfig",
    systemInstruction: "Content",
    tools: "Tool[]",
    safetySettings: "SafetySetting[]",
    realtimeInputConfig: "RealtimeInputConfig",
    sessionResumption: "SessionResumption",
    contextWindowCompression: "ContextWindowCompression",
    inputAudioTranscription: "AudioTranscription",
    outputAudioTranscription: "AudioTranscription",
    proactivity: "Proactivity",
    historyConfig: "HistoryConfig",
    explicitVadSignal: "vertex bool",
    labels: "vertex map:string",
  },
  LiveClientContent: { turns: "Content[]", turnComplete: "bool" },
  LiveRealtimeInput: {
    audio: "Blob",
    video: "Blob",
    text: "string",
    mediaChunks: "Blob[]",
    activityStart: "Empty",
    activityEnd: "Empty",
    audioStreamEnd: "bool",
  },
  LiveToolResponse: { functionResponses: "FunctionResponse[]" },
  RealtimeInputConfig: {
    automaticActivityDetection: "AutomaticActivityDetection",
    activityHandling: "#ActivityHandling",
    turnCoverage: "#TurnCoverage",
  },
  AutomaticActivityDetection: {
    disabled: "bool",
    startOfSpeechSensitivity: "#StartSensitivity",
    endOfSpeechSensitivity: "#EndSensitivity",
    prefixPaddingMs: "int32",
    silenceDurationMs: "int32",
  },
  SessionResumption: { handle: "string", transparent: "vertex bool" },
  ContextWindowCompression: { triggerTokens: "int64", slidingWindow: "SlidingWindow" },
  SlidingWindow: { targetTokens: "int64" },
  AudioTranscription: { languageCodes: "string[]" },
  Proactivity: { proactiveAudio: "bool" },
  HistoryConfig: { initialHistoryInClientContent: "bool" },
  LiveServerMessage: {
    setupComplete: "LiveSetupComplete",
    serverContent: "LiveServerContent",
    toolCall: "LiveToolCall",
    toolCallCancellation: "LiveToolCallCancellation",
    goAway: "LiveGoAway",
    sessionResumptionUpdate: "SessionResumptionUpdate",
    voiceActivity: "struct",
    voiceActivityDetectionSignal: "struct",
    usageMetadata: "UsageMetadata",
  },
  LiveSetupComplete: { sessionId: "string" },
  LiveServerContent: {
    modelTurn: "Content",
    turnComplete: "bool",
    generationComplete: "bool",
    interrupted: "bool",
    waitingForInput: "bool",
    inputTranscription: "Transcription",
    outputTranscription: "Transcription",
    groundingMetadata: "GroundingMetadata",
    urlContextMetadata: "UrlContextMetadata",
    turnCompleteReason: "string",
    interactionStatus: "string",
  },
  Transcription: { text: "string", finished: "bool", languageCode: "string" },
  LiveToolCall: { functionCalls: "FunctionCall[]" },
  LiveToolCallCancellation: { ids: "string[]" },
  LiveGoAway: { timeLeft: "string" },
  SessionResumptionUpdate: {
    newHandle: "string",
    resumable: "bool",
    lastConsumedClientMessageIndex: "int64",
  },
} as const;
