/**
 * Reads the body of a call: size, JSON, schema; each refused in Google's words.
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

/** A body as text; undefined where it is over the limit, or the client left while sending it. */
export async function readBody(request: Request): Promise<string | undefined> {
  if (request.body === null) return "";
  if (Number(request.headers.get("content-length")) > MOST_BODY_BYTES) {
    // Read to its end, so that the client can send it all and then see the response.
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
 * A body as a message.
 *
 * @param text The body; an empty one stands for an empty message.
 * @param schema The message it has to be, and whose schema.
 * @throws A GoogleError that lists all that is wrong.
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
