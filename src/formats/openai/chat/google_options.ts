/**
 * What Google's own OpenAI format has besides OpenAI's fields: `extra_body.google`, or `google` alone.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/openai#extra-body}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { RequestFields } from "../../shared/fields/request_fields.ts";

/** Google's own options. */
export interface GoogleOptions {
  readonly thinkingConfig?: JsonObject;
  readonly imageConfig?: JsonObject;
  readonly cachedContent?: string;
  readonly safetySettings?: readonly unknown[];
}

/**
 * Reads the options. `google` has precedence over `extra_body.google`.
 *
 * @throws {RpcError} INVALID_ARGUMENT for an option of another type.
 */
export function googleOptions(body: RequestFields): GoogleOptions {
  return {
    ...optionsIn(body.fields("extra_body")?.fields("google")),
    ...optionsIn(body.fields("google")),
  };
}

function optionsIn(google: RequestFields | undefined): GoogleOptions {
  return google === undefined ? {} : defined({
    thinkingConfig: camelCased(google.objectOf("thinking_config")),
    imageConfig: camelCased(google.objectOf("image_config")),
    cachedContent: google.text("cached_content"),
    safetySettings: google.list("safety_settings"),
  });
}

/** The object with its members' names in Google's usual form; their values stay. */
function camelCased(object: JsonObject | undefined): JsonObject | undefined {
  return object && Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      // Google's enums are in upper case; its own OpenAI format takes this one in lower case.
      typeof value === "string" && /level$/i.test(name) ? value.toUpperCase() : value,
    ]),
  );
}
