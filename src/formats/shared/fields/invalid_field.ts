/**
 * The error for a field of a request that cannot be translated.
 *
 * @module
 */
import { isJsonObject } from "../../../base/json.ts";
import { RpcError } from "../../../gemini/errors/rpc_error.ts";

/** Longest value that a message quotes, in characters. */
const LONGEST_QUOTE = 60;

const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

/**
 * Creates the error. The field's name becomes `param` in OpenAI's form of errors.
 *
 * @param field The field's path, such as `messages[2].content`.
 * @param message What is wrong with it, and what to do.
 * @see {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto} BadRequest
 */
export function invalidField(field: string, message: string): RpcError {
  return new RpcError("INVALID_ARGUMENT", message, {
    details: [{ "@type": BAD_REQUEST, fieldViolations: [{ field, description: message }] }],
  });
}

/** Creates the error for messages without any content: Google's own names a field of its API. */
export function nothingSaid(): RpcError {
  return invalidField(
    "messages",
    '"messages" hold no text: send at least one that is not empty',
  );
}

/** A client's value in double quotes, cut short: for messages. */
export function quoted(value: string): string {
  return JSON.stringify(value.slice(0, LONGEST_QUOTE));
}

/** The field that an error is about; undefined if it names none. */
export function fieldOf({ details }: RpcError): string | undefined {
  const violations = details.find((detail) => detail["@type"] === BAD_REQUEST)?.fieldViolations;
  const [first]: readonly unknown[] = Array.isArray(violations) ? violations : [];
  return isJsonObject(first) && typeof first.field === "string" ? first.field : undefined;
}
