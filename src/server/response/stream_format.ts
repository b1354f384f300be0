/**
 * Which framing a client wants for a streamed response.
 *
 * @module
 */
import { JsonArrayWriter } from "../../gemini/stream/json_array_writer.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { SseWriter } from "../../gemini/stream/sse_writer.ts";
import type { StreamWriter } from "../../gemini/stream/stream.ts";

/**
 * The writer for a call.
 *
 * `alt` may come as `$alt`, and may bring parameters, as google-generativeai's
 * `json;enum-encoding=int` does; strings are good enough for the clients that ask for integers.
 *
 * @param query The request's query.
 * @param defaultFormat The framing of a request without `alt`.
 * @throws {RpcError} INVALID_ARGUMENT for a framing that is not served.
 * @see {@link https://cloud.google.com/apis/docs/system-parameters}
 */
export function streamWriter(query: URLSearchParams, defaultFormat: "sse" | "json"): StreamWriter {
  const alt = query.get("alt") ?? query.get("$alt") ?? "";
  const format = (alt.split(";")[0] || defaultFormat).toLowerCase();
  if (format === "sse") return new SseWriter();
  if (format === "json") return new JsonArrayWriter();
  throw new RpcError("INVALID_ARGUMENT", `Cannot respond with alt="${alt}": use "sse" or "json"`);
}
