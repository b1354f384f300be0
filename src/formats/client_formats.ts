/**
 * The registry of formats, and the selection of a client's format.
 *
 * @module
 */
import { ANTHROPIC_FORMAT } from "./anthropic/anthropic_format.ts";
import type { ClientFormat, FormatRequest } from "./client_format.ts";
import { NATIVE_FORMAT } from "./native/native_format.ts";
import { VERTEX_FORMAT } from "./native/vertex_format.ts";
import { OPENAI_FORMAT } from "./openai/openai_format.ts";

/** In the order in which they are tried; the native format accepts every request. */
const FORMATS: readonly ClientFormat[] = [
  VERTEX_FORMAT,
  ANTHROPIC_FORMAT,
  OPENAI_FORMAT,
  NATIVE_FORMAT,
];

/**
 * The format of a request's client. `GET /v1/models` is a route of three APIs, and the clients of the other two
 * read Google's list as empty.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatOf } from "./client_formats.ts";
 *
 * const headers = new Headers({ authorization: "Bearer key" });
 * const query = new URLSearchParams();
 * const format = formatOf({ version: "v1", isVertex: false, headers, query });
 * assert.deepEqual(format.list({ models: [] }, query), { object: "list", data: [] });
 * ```
 */
export function formatOf(request: FormatRequest): ClientFormat {
  return FORMATS.find((format) => format.speaks(request)) ?? NATIVE_FORMAT;
}
