/**
 * What Pollux reads of requests and responses: every other member passes unread.
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

/** A content; a single part may stand in its place. */
const CONTENT = { role: KEEP, parts: listShape(PART), text: KEEP };

/** What is read of a GenerateContentRequest. */
const GENERATE = {
  contents: listShape(CONTENT),
  systemInstruction: objectShape(CONTENT),
  tools: listShape({ functionDeclarations: KEEP }),
  generationConfig: KEEP,
  model: KEEP,
};

/** What is read of a client's body: a GenerateContentRequest or a CountTokensRequest. */
export const REQUEST_SHAPE = objectShape({
  ...GENERATE,
  sessionId: KEEP,
  continuationToken: KEEP,
  generateContentRequest: objectShape(GENERATE),
});

/** What is read of a GenerateContentResponse for its function calls and signatures. */
export const RESPONSE_SHAPE = objectShape({
  candidates: listShape({ index: KEEP, content: objectShape({ parts: listShape(PART) }) }),
});
