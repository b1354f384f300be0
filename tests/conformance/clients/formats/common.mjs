/**
 * What the drivers of OpenAI's and Anthropic's clients in JavaScript share.
 *
 * @module
 */

/** The JSON schema of an object with one string in it. */
export function objectSchema(field) {
  return {
    type: "object",
    properties: { [field]: { type: "string" } },
    required: [field],
    additionalProperties: false,
  };
}

/** What the one function that the drivers offer is called, and takes. */
export const WEATHER = {
  name: "get_weather",
  description: "The weather in a city.",
  schema: objectSchema("city"),
};

/** The most turns of a conversation with functions. */
export const MOST_TURNS = 5;

/** Notes a call of the function; gives its result. */
export function callWeather(args, answer) {
  answer.functionCalls.push({ name: WEATHER.name, args });
  return `It is sunny in ${args.city}.`;
}

/** Gemini's words for why a response ended, by those of the other APIs and of the libraries. */
const FINISH_REASONS = {
  stop: "STOP",
  end_turn: "STOP",
  completed: "STOP",
  length: "MAX_TOKENS",
  max_tokens: "MAX_TOKENS",
  max_output_tokens: "MAX_TOKENS",
  content_filter: "SAFETY",
  "content-filter": "SAFETY",
  refusal: "SAFETY",
};

/** Notes why a response ended; one that was stopped without any text was a blocked prompt. */
export function noteFinish(reason, answer) {
  answer.finishReason = FINISH_REASONS[reason] ?? reason;
  // The AI SDK hands out a refusal, which is the reason, as a text.
  if (answer.finishReason !== "SAFETY" || !["", "SAFETY"].includes(answer.text)) return;
  answer.text = "";
  answer.blockReason = "SAFETY";
}

/** Notes a chunk of text. */
export function noteText(text, answer) {
  if (!text) return;
  answer.chunks++;
  answer.text += text;
}

/** The bytes of what a call has in base64. */
export function bytesOf(base64) {
  return Buffer.from(base64, "base64");
}
