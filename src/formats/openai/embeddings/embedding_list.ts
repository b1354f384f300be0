/**
 * OpenAI's list of embeddings from the responses of `batchEmbedContents`.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { RpcError } from "../../../gemini/errors/rpc_error.ts";
import { countsOf } from "../../shared/response/token_counts.ts";

/** The form of a vector: numbers, or 32-bit floats, little-endian, in base64. */
export type VectorEncoding = "float" | "base64";

/**
 * The list. The numbers are Google's own, unchanged: `gemini-embedding-001` normalizes only vectors of full length.
 *
 * @param options `count`: how many vectors were asked for.
 * @throws {RpcError} INTERNAL if upstream's response has not as many vectors.
 */
export function embeddingList(
  responses: readonly JsonObject[],
  options: {
    readonly model: string;
    readonly encoding: VectorEncoding;
    readonly count: number;
  },
): JsonObject {
  const { model, encoding, count } = options;
  const vectors = responses.flatMap(vectorsIn);
  if (vectors.length !== count) {
    throw new RpcError(
      "INTERNAL",
      `Google returned ${vectors.length} embeddings for ${count} texts`,
    );
  }
  // Google counts the tokens of some models only.
  const tokens = responses.reduce((sum, response) => sum + (countsOf(response)?.prompt ?? 0), 0);
  return {
    object: "list",
    data: vectors.map((values, index) => ({
      object: "embedding",
      index,
      embedding: encoding === "base64" ? base64Floats(values) : values,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/**
 * Numbers as 32-bit floats, little-endian, in base64.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { base64Floats } from "./embedding_list.ts";
 *
 * assert.equal(base64Floats([1, -2]), "AACAPwAAAMA=");
 * ```
 */
export function base64Floats(values: readonly number[]): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, nth) => view.setFloat32(4 * nth, value, true));
  return bytes.toBase64();
}

function vectorsIn({ embeddings }: JsonObject): number[][] {
  return Array.isArray(embeddings) ? embeddings.flatMap(vectorOf) : [];
}

function vectorOf(embedding: unknown): number[][] {
  const values: unknown = isJsonObject(embedding) ? embedding.values : undefined;
  return isNumbers(values) ? [values] : [];
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
