/**
 * The members that Pollux reads of requests and responses; all others are forwarded unread.
 *
 * @module
 */
import { KEEP, listShape, objectShape } from "./json/json_shape.ts";

const FUNCTION_CALL = objectShape({ name: KEEP, args: KEEP });

const PART = {
  text: KEEP,
  thought: KEEP,
  thoughtSignature: KEEP,
  functionCall: FUNCTION_CALL,
  functionResponse: KEEP,
};

/** A content; clients may send a single part in its place. */
const CONTENT = { role: KEEP, parts: listShape(PART), text: KEEP };

/** What is read of a GenerateContentRequest. */
const GENERATE = {
  contents: listShape(CONTENT),
  systemInstruction: objectShape(CONTENT),
  tools: listShape({ functionDeclarations: KEEP }),
  generationConfig: KEEP,
  model: KEEP,
};

/** What is read of an EmbedContentRequest, besides its `model`. */
const EMBED_SETTINGS = {
  taskType: KEEP,
  title: KEEP,
  outputDimensionality: KEEP,
  autoTruncate: KEEP,
  documentOcr: KEEP,
  audioTrackExtraction: KEEP,
};
const EMBED = {
  ...EMBED_SETTINGS,
  content: objectShape(CONTENT),
  embedContentConfig: objectShape(EMBED_SETTINGS),
};

/** What is read of a client's body: the request of any method of a model. */
export const REQUEST_SHAPE = objectShape({
  ...GENERATE,
  ...EMBED,
  requests: listShape({ ...EMBED, model: KEEP }),
  sessionId: KEEP,
  continuationToken: KEEP,
  generateContentRequest: objectShape(GENERATE),
});

/** What is read of a GenerateContentResponse for its function calls and signatures. */
export const RESPONSE_SHAPE = objectShape({
  candidates: listShape({ index: KEEP, content: objectShape({ parts: listShape(PART) }) }),
});
