/**
 * An error in the form of another API.
 *
 * @module
 */
import type { JsonObject } from "../base/json.ts";

/** The response of an error, without the headers that every API has. */
export interface ClientError {
  /** HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** The header in which Anthropic's clients read the id of a request; OpenAI's read `x-request-id`. */
export const ANTHROPIC_REQUEST_ID = "request-id";

/** The code of an error for an address that no API has. */
export const UNKNOWN_URL = "unknown_url";

/** The code of an error for a verb that an address does not have. */
export const WRONG_VERB = "method_not_supported";
