/**
 * Writes the responses of translated calls for the client.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { StreamedResponse, WholeResponse } from "../../formats/operation.ts";
import { METHODS } from "../../gemini/api/methods.ts";
import { sumOfUsage, type TokenUsage } from "../../gemini/api/token_usage.ts";
import { recordHeaders } from "../call/call_record.ts";
import { usageIn } from "../native/usage_in.ts";
import { responseStream } from "../response/response_stream.ts";
import { unexpectedResponse } from "../response/unexpected_response.ts";
import { responseJson } from "./response_json.ts";
import type { TranslatedResponse } from "./send_translated.ts";
import { translatedEvents } from "./translated_events.ts";
import { TranslatedWriter } from "./translated_writer.ts";

/** The responses, in the order of their calls. All have one lifecycle. */
type Responses = readonly [TranslatedResponse, ...TranslatedResponse[]];

/** How to write them. */
interface Written<Kind extends WholeResponse | StreamedResponse> {
  readonly response: Kind;
  readonly warning: string | undefined;
}

/** The header with what a client should know of the translation. */
const WARNING_HEADER = "x-pollux-warning";

const EVENT_STREAM = "text/event-stream; charset=utf-8";

/** Creates a whole response. */
export function wholeResponse(
  responses: Responses,
  { response, warning }: Written<WholeResponse>,
): Response {
  const [{ call: { lifecycle, watch } }] = responses;
  watch.finish();
  const { record } = lifecycle;
  let usage: TokenUsage | undefined;
  const native = responses.map(({ call, response }): JsonObject => {
    if (response.type !== "json") throw unexpectedResponse(response, call);
    if (METHODS[call.method].usage === "usageMetadata") lifecycle.answered(response.bytes);
    const used = usageIn(call.method, response.bytes);
    if (used !== undefined) usage = usage === undefined ? used : sumOfUsage(usage, used);
    const json = responseJson(response.bytes);
    return isJsonObject(json) ? json : {};
  });
  lifecycle.used(usage);
  record.limited?.settle();
  const body = response.translate(native);
  lifecycle.firstByte();
  const { bytes, contentType } = "json" in body
    ? { bytes: utf8Bytes(JSON.stringify(body.json)), contentType: "application/json" }
    : body;
  record.bytesOut += bytes.length;
  return new Response(bytes, { headers: headersOf(responses, { contentType, warning }) });
}

/** Creates a streamed response. Must not reference the request: its memory was released, and it may last for minutes. */
export function streamedResponse(
  responses: Responses,
  { response, warning }: Written<StreamedResponse>,
): Response {
  const [{ call, response: native }] = responses;
  if (native.type === "events") return translatedInteraction(responses, { response, warning });
  if (native.type !== "stream") throw unexpectedResponse(native, call);
  const { watch, lifecycle } = call;
  lifecycle.firstByte();
  lifecycle.streams();
  const writer = new TranslatedWriter(response.translator());
  const body = responseStream(native.events[Symbol.asyncIterator](), {
    writer,
    passDone: false,
    watch,
    lifecycle,
    onEnd: () => {
      watch.finish();
      lifecycle.end();
    },
  });
  return new Response(body, {
    headers: streamHeaders(responses, { contentType: writer.contentType, warning }),
  });
}

/** The stream of an interaction, whose events are others than those of `streamGenerateContent`. */
function translatedInteraction(
  responses: Responses,
  { response, warning }: Written<StreamedResponse>,
): Response {
  const [{ call, response: native }] = responses;
  if (native.type !== "events") throw unexpectedResponse(native, call);
  call.lifecycle.firstByte();
  call.lifecycle.streams();
  const translator = response.translator();
  return new Response(translatedEvents(native.events, { call, translator }), {
    headers: streamHeaders(responses, { contentType: EVENT_STREAM, warning }),
  });
}

interface HeaderParts {
  readonly contentType: string;
  readonly warning: string | undefined;
}

function streamHeaders(responses: Responses, parts: HeaderParts): Record<string, string> {
  const headers = headersOf(responses, parts);
  // Proxies must neither cache nor buffer nor compress a stream.
  headers["cache-control"] = "no-cache, no-transform";
  headers["x-accel-buffering"] = "no";
  return headers;
}

function headersOf(
  [{ call: { lifecycle } }]: Responses,
  { contentType, warning }: HeaderParts,
): Record<string, string> {
  const headers: Record<string, string> = { "content-type": contentType };
  if (warning !== undefined) headers[WARNING_HEADER] = warning;
  return recordHeaders(lifecycle.record, headers);
}
