/**
 * The client's own id of a conversation, which keeps it with one account and its cache.
 *
 * @module
 */
import type { RequestFields } from "../shared/fields/request_fields.ts";

/** The id; undefined if the client named none. */
export function sessionOf(body: RequestFields): string | undefined {
  return body.text("prompt_cache_key") || body.text("user") || body.text("safety_identifier") ||
    undefined;
}
