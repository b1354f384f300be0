/**
 * The framing of a streamed response, as the client requested it.
 *
 * @module
 */
import { JsonArrayWriter } from "../../gemini/stream/json_array_writer.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { SseWriter } from "../../gemini/stream/sse_writer.ts";
import type { StreamWriter } from "../../gemini/stream/stream.ts";

/**
 * Returns the writer for a call.
 *
 * `alt` can be named `$alt`, and can have parameters, such as google-generativeai's
 * `json;enum-encoding=int`. These are ignored: clients that request integers accept strings as well.
 *
 * @param query The request's query.
 * @param defaultFormat The framing of a request without `alt`.
 * @throws {RpcError} INVALID_ARGUMENT for an unsupported framing.
 * @see {@link https://cloud.google.com/apis/docs/system-parameters}
 */
export function streamWriter(query: URLSearchParams, defaultFormat: "sse" | "json"): StreamWriter {
  const alt = query.get("alt") ?? query.get("$alt") ?? "";
  const format = (alt.split(";")[0] || defaultFormat).toLowerCase();
  if (format === "sse") return new SseWriter();
  if (format === "json") return new JsonArrayWriter();
  throw new RpcError("INVALID_ARGUMENT", `Cannot respond with alt="${alt}": use "sse" or "json"`);
}
