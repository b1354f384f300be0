/**
 * The methods that models have, by service.
 *
 * @module
 */
import type { Service } from "../google_errors.ts";

const GENERATE = ["generateContent", "streamGenerateContent", "countTokens"];

/** The methods of a service's models. */
export const MODEL_METHODS: Readonly<Record<Service, readonly string[]>> = {
  "generativelanguage.googleapis.com": [
    ...GENERATE,
    "embedContent",
    "batchEmbedContents",
    "batchGenerateContent",
    "asyncBatchEmbedContent",
    "predict",
    "predictLongRunning",
    "generateAnswer",
  ],
  "aiplatform.googleapis.com": [
    ...GENERATE,
    "embedContent",
    "predict",
    "predictLongRunning",
    "fetchPredictOperation",
  ],
  "cloudcode-pa.googleapis.com": GENERATE,
};

const ALL: ReadonlySet<string> = new Set([
  ...Object.values(MODEL_METHODS).flat(),
  "bidiGenerateContent",
]);

/** Whether a method is one that models have, on any service. */
export function isModelMethod(method: string): boolean {
  return ALL.has(method);
}
