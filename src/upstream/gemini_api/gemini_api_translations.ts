/**
 * How the Gemini API serves the methods of models: unchanged.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import { withModel } from "../model_name.ts";
import { withoutSessionId } from "../session_id.ts";
import type { Translation } from "../translation.ts";

/** Every translation that the method table names for the kind. */
export const GEMINI_API_TRANSLATIONS: {
  readonly [Name in TranslationsOf<"gemini-api">]: Translation;
} = {
  native(call, send) {
    const body = withModel(withoutSessionId(call.request), call.model);
    return send(call, { action: call.method, body });
  },
};
