/**
 * What both JavaScript drivers say, and how they note what they hear: the SDKs differ in their
 * methods, not in the objects that they take and give.
 *
 * @module
 */

/**
 * A tool with the function `get_weather(city)`.
 *
 * @param type The SDK's own enum of schema types.
 */
export function weatherTool(type) {
  const parameters = objectSchema(type, "city");
  const declaration = { name: "get_weather", description: "The weather in a city.", parameters };
  return { functionDeclarations: [declaration] };
}

/** The result of the first function call in the response so far, as a part. */
export function weatherResult(answer) {
  const [{ name }] = answer.functionCalls;
  return { functionResponse: { name, response: { weather: "sunny" } } };
}

/**
 * The schema of an object with one string in it.
 *
 * @param type The SDK's own enum of schema types.
 * @param field The string's name.
 */
export function objectSchema(type, field) {
  return {
    type: type.OBJECT,
    properties: { [field]: { type: type.STRING } },
    required: [field],
  };
}

/** The user's turn of a call: its text, and its image if it has one. */
export function userTurn(call) {
  const parts = [{ text: call.prompt }];
  if (call.png !== undefined) parts.push({ inlineData: { mimeType: "image/png", data: call.png } });
  for (const { uri, mimeType } of call.files ?? []) {
    parts.push({ fileData: { fileUri: uri, mimeType } });
  }
  return { role: "user", parts };
}

/** What the drivers tell of a file. */
export function toldFile({ name, uri, mimeType, sizeBytes, state }) {
  return { name, uri, mimeType, sizeBytes: sizeBytes && Number(sizeBytes), state };
}

/** What the drivers tell of a cache. */
export function toldCache({ name, model, expireTime }) {
  return { name, model, expireTime };
}

/** Texts as contents of the user. */
export function contentsOf(texts) {
  return texts.map((text) => ({ role: "user", parts: [{ text }] }));
}

/** Adds to the response what one whole response, or one chunk of a stream, says; gives its parts. */
export function note(answer, response) {
  answer.chunks++;
  const candidate = response.candidates?.[0];
  const parts = candidate?.content?.parts ?? [];
  for (const part of parts) {
    if (part.text && !part.thought) answer.text += part.text;
    if (part.functionCall) answer.functionCalls.push(part.functionCall);
  }
  answer.finishReason = candidate?.finishReason ?? answer.finishReason;
  answer.blockReason = response.promptFeedback?.blockReason ?? answer.blockReason;
  answer.usageTotal = response.usageMetadata?.totalTokenCount ?? answer.usageTotal;
  return parts;
}
