/**
 * The codes and reasons with which Google closes Live sessions.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4}
 * @module
 */
import { cutText } from "../../base/text/cut_text.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt } from "../json.ts";

/** The code and the reason of a close frame. */
export interface LiveClose {
  readonly code: number;
  /** At most 123 bytes of UTF-8, as a close frame can hold. */
  readonly reason: string;
}

/** Close codes by google.rpc code name, as seen on the wire. Any other gets 1008. */
const CODES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 1007,
  FAILED_PRECONDITION: 1007,
  RESOURCE_EXHAUSTED: 1011,
  INTERNAL: 1011,
  UNAVAILABLE: 1011,
  DEADLINE_EXCEEDED: 1011,
};

const MOST_REASON_BYTES = 123;

/**
 * Returns the close code and reason for an error.
 *
 * @param body The error's body, `{"error":{…}}`.
 */
export function closeFor(body: JsonObject): LiveClose {
  const error = objectAt(body, "error");
  const status = textAt(error, "status") ?? "INTERNAL";
  return closing(CODES[status] ?? 1008, textAt(error, "message") ?? "");
}

/** Cuts the reason to the length that a close frame can hold. */
export function closing(code: number, reason: string): LiveClose {
  return { code, reason: cutText(reason, MOST_REASON_BYTES) };
}
