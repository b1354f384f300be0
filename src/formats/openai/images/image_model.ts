/**
 * The model that a request for images names, and what its suffixes say.
 *
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { OperationContext } from "../../operation.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { type ModelSuffixes, withoutSuffixes } from "./model_suffixes.ts";

/** The model of a request that names none. */
export const DEFAULT_IMAGE_MODEL = "gemini-3.1-flash-image";

/** A model, and what suffixes of its name say. */
export interface ImageModel {
  /** The id, after aliases, without suffixes. */
  readonly model: string;
  readonly suffixes: ModelSuffixes;
  /** Whether the model is an Imagen, which `:predict` serves. */
  readonly isImagen: boolean;
}

/**
 * The model of a request. An alias may stand for a name with suffixes, and a name with suffixes may be an alias.
 *
 * @throws {RpcError} INVALID_ARGUMENT if `model` is no text.
 */
export function imageModel(body: JsonObject, { resolveModel }: OperationContext): ImageModel {
  const asked = resolveModel(new RequestFields(body).text("model") || DEFAULT_IMAGE_MODEL);
  const own = withoutSuffixes(asked);
  const target = withoutSuffixes(own.name === asked ? asked : resolveModel(own.name));
  return {
    model: target.name,
    suffixes: defined({
      aspectRatio: own.aspectRatio ?? target.aspectRatio,
      imageSize: own.imageSize ?? target.imageSize,
    }),
    isImagen: /^imagen-/i.test(target.name),
  };
}
