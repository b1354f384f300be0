/**
 * Reads the frames that a client sends in a Live session, as strictly as Google.
 *
 * @see {@link https://ai.google.dev/api/live#send-messages}
 * @module
 */
import { badRequest, invalidArgument } from "../google_errors.ts";
import { checkMessage } from "../schema/proto_check.ts";
import type { Flavour } from "../schema/proto_schema.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt } from "../json.ts";

/** The kinds of client messages. */
export type LiveKind =
  | "setup"
  | "clientContent"
  | "realtimeInput"
  | "toolResponse"
  | "contextUpdate";

/** One frame of a client. */
export interface LiveFrame {
  readonly kind: LiveKind;
  /** The message, in the form that `checkMessage` returns. */
  readonly message: JsonObject;
}

const KINDS: readonly LiveKind[] = [
  "setup",
  "clientContent",
  "realtimeInput",
  "toolResponse",
  "contextUpdate",
];

/**
 * Reads a frame. Google reads text and binary frames alike.
 *
 * @throws A GoogleError if the frame is not JSON, has unknown fields, or does not have exactly one message.
 */
export function readFrame(text: string, flavour: Flavour): LiveFrame {
  const { value, violations } = checkMessage(parsed(text), {
    message: "LiveClientMessage",
    flavour,
  });
  if (violations.length > 0) throw badRequest(violations);
  const [kind, second] = KINDS.filter((name) => name in value);
  if (kind === undefined) throw invalidArgument("Request contains an invalid argument.");
  if (second !== undefined) {
    throw invalidArgument(
      `Invalid value (oneof), oneof field 'message_type' is already set. Cannot set ` +
        `'${second.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)}'`,
    );
  }
  return { kind, message: objectAt(value, kind) ?? {} };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidArgument("Invalid JSON payload received. Unexpected token.");
  }
}
