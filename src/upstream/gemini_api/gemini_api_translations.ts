/**
 * How the Gemini API serves calls: unchanged.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import { withModel } from "../model_name.ts";
import { pathOfResource } from "../resource_path.ts";
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
  /** A method of a stored resource, without a body. */
  resource(call, send) {
    const { resource, query } = call;
    const path = pathOfResource(resource);
    return send(call, { path: query === "" ? path : `${path}?${query}` });
  },
};
