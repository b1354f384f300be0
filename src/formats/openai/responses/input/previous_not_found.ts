/**
 * The error for a response that is not kept.
 *
 * @module
 */
import { RpcError } from "../../../../gemini/errors/rpc_error.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";

/** Longest id that the message repeats. */
const LONGEST = 100;

/** OpenAI's code of the error, which clients look for. */
export const PREVIOUS_NOT_FOUND = "previous_response_not_found";

/** Creates the error, in OpenAI's words. */
export function previousNotFound(id: string): RpcError {
  const message = `Previous response with id '${id.slice(0, LONGEST)}' not found.`;
  const { details } = invalidField("previous_response_id", message);
  return new RpcError("INVALID_ARGUMENT", message, { details, textCode: PREVIOUS_NOT_FOUND });
}
