/**
 * The name of a model in a body, which must be that of the path.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";

/** The form of a model's name in a body. */
const MODEL_NAME = /^(?:models|tunedModels)\/[^/]+$/;

/**
 * Checks the member `model` of a message.
 *
 * @param message In the form that `checkMessage` returns.
 * @param context `model`: the name in the path; `place`: the message's name in errors; `isRequired`: whether it must
 * name the model.
 * @returns The lines of Google's error; empty if it is right.
 */
export function brokenModel(
  message: JsonObject,
  context: {
    readonly model: string;
    readonly place: string;
    readonly isRequired: boolean;
  },
): string[] {
  const { model, place, isRequired } = context;
  const named = textAt(message, "model") ?? "";
  if (named === "") return isRequired ? [`* ${place}.model: model is not specified\n`] : [];
  if (!MODEL_NAME.test(named)) return [`* ${place}.model: unexpected model name format\n`];
  return named === model
    ? []
    : [`* ${place}.model: model does not match the model of the path, ${model}\n`];
}
