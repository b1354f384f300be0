/**
 * Reads the tokens that Vertex AI's `:predict` counts: those of embeddings. Images have none.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}
 * @module
 */
import { parsedJson } from "../../base/json.ts";
import { count, type TokenUsage, usageOfPrompt } from "../api/token_usage.ts";
import { JsonScanner } from "../json/json_scanner.ts";
import { shapeOfMembers } from "./member_shape.ts";

const SHAPE = shapeOfMembers(["predictions.embeddings.statistics.tokenCount"]);

/** Longest count, in bytes. */
const LONGEST = 32;

/** The tokens of all predictions; undefined if none has a count, or the response is not JSON. */
export function usageOfPredictions(json: Uint8Array): TokenUsage | undefined {
  try {
    const scanner = new JsonScanner(json, { shape: SHAPE });
    scanner.scan();
    const counts = scanner.labelled.flatMap(({ node: { bytes } }) =>
      bytes.length > LONGEST ? [] : [count(parsedJson(bytes))]
    );
    return counts.length === 0
      ? undefined
      : usageOfPrompt(counts.reduce((sum, tokens) => sum + tokens, 0));
  } catch {
    return undefined;
  }
}
