/**
 * Reads the body of a call: checks size, JSON and schema, with Google's error messages.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";
import { badRequest, type GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { checkMessage } from "../schema/proto_check.ts";
import type { Flavour } from "../schema/proto_schema.ts";

/** Google's limit for the body of a request with inline data, in bytes. */
const MOST_BODY_BYTES = 20 * 1024 * 1024;

/** The error for a body over the limit. */
export function bodyTooLarge(): GoogleError {
  return invalidArgument(`Request payload size exceeds the limit: ${MOST_BODY_BYTES} bytes.`);
}

/** Reads a body as text; undefined if it is over the limit, or the client disconnected while sending. */
export async function readBody(request: Request): Promise<string | undefined> {
  if (request.body === null) return "";
  if (Number(request.headers.get("content-length")) > MOST_BODY_BYTES) {
    // Read to its end, so that the client can send all of it and then read the response.
    await request.body.pipeTo(new WritableStream()).catch(ignore);
    return undefined;
  }
  try {
    const text = await request.text();
    return text.length > MOST_BODY_BYTES ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * Parses a body as a message.
 *
 * @param text The body; an empty one is an empty message.
 * @param schema The expected message, and the API whose schema applies.
 * @throws A GoogleError that lists all violations.
 */
export function parseBody(
  text: string,
  schema: { readonly message: string; readonly flavour: Flavour },
): JsonObject {
  const checked = checkMessage(text.trim() === "" ? {} : parseJson(text), schema);
  if (checked.violations.length > 0) throw badRequest(checked.violations);
  return checked.value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : "Cannot be parsed";
    throw badRequest([{ field: "", description: `Invalid JSON payload received. ${why}` }]);
  }
}
