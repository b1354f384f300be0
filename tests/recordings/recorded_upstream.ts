/**
 * Google, as it answered a recorded call: each kind of account asks elsewhere and is answered in its own
 * envelope.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "lossless-json";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import type { SeenRequest } from "../support/test_upstream.ts";
import { eventsOf, type RecordedCall } from "./recorded_calls.ts";

/** The project of each account that has one. */
export const PROJECT = "recorded-project";

/** The location that tests give accounts on Vertex AI. */
const LOCATION = "us-central1";

/** A response may not be compressed: Deno up to 2.7 would do so by itself. */
const NO_TRANSFORM = { "cache-control": "no-transform" };

/** The header with the address of an upload. */
export const ADDRESS = "x-goog-upload-url";

/** The recorded response, as an upstream of that kind sends it from its own address. */
export function recordedResponse(
  call: RecordedCall,
  { kind, url }: { readonly kind: AccountKind; readonly url: string },
): Response {
  const { status, contentType, uploadHeaders, response = "" } = call;
  const headers = new Headers({ ...uploadHeaders, "content-type": contentType, ...NO_TRANSFORM });
  const address = URL.parse(uploadHeaders[ADDRESS] ?? "");
  if (address !== null) headers.set(ADDRESS, url + address.pathname + address.search);
  if (!isWrapped(call, kind)) return new Response(response, { status, headers });
  const body = call.method === "streamGenerateContent"
    ? eventsOf(response).map((event) => `data: ${wrapped(event)}\r\n\r\n`).join("")
    : wrapped(response);
  return new Response(body, { status, headers });
}

/** Whether that kind of upstream sends the response within an envelope. */
export function isWrapped({ status, method }: RecordedCall, kind: AccountKind): boolean {
  return kind === "code-assist" && status === 200 && method !== "countTokens";
}

/**
 * What differs between the request that reached upstream and the recorded one; undefined where nothing
 * does.
 */
export function requestDifference(
  seen: SeenRequest,
  { call, kind }: { readonly call: RecordedCall; readonly kind: AccountKind },
): string | undefined {
  const target = targetOf(call, kind);
  if (seen.method !== call.verb || seen.target !== target) {
    return `upstream got ${seen.method} ${seen.target}, not ${call.verb} ${target}`;
  }
  const type = seen.headers.get("content-type");
  if (type !== "application/json") return `upstream got the Content-Type "${type}"`;
  if (kind !== "code-assist") return difference(seen.body, bodyFor(call, kind));
  const envelope = parsedObject(seen.body);
  const inner = envelope["request"];
  if (call.method === "countTokens") {
    // The counter takes contents alone: what else costs tokens stands before them, as text.
    const sent = Array.isArray(inner) ? [] : listAt(inner, "contents");
    const asked = listAt(parse(call.request), "contents");
    return isDeepStrictEqual(sent.slice(-asked.length), asked)
      ? undefined
      : `it has ${stringify(sent)} instead of ${stringify(asked)}`;
  }
  const named = `${envelope["model"]} in ${envelope["project"]}`;
  return named === `${call.model} in ${PROJECT}`
    ? difference(seen.body.slice(seen.body.indexOf('"request":')), `"request":${call.request}}`)
    : `the envelope names ${named}`;
}

/** What upstream gets of a call: the client's own bytes, but for forms that only one API has. */
function bodyFor({ method, model, request }: RecordedCall, kind: AccountKind): string {
  if (kind === "vertex") {
    const place = `projects/${PROJECT}/locations/${LOCATION}`;
    return request.replace('"cachedContent": "', `$&${place}/`);
  }
  if (kind !== "gemini-api" || method !== "countTokens") return request;
  return Object.keys(parsedObject(request)).join() !== "contents"
    ? `{"generateContentRequest":{"model":"models/${model}",${request.slice(1)}}`
    : request;
}

/** The first place at which two texts differ, with what is there; undefined where they are the same. */
export function difference(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  const [is, was] = [actual, expected].map((text) => text.slice(Math.max(0, at - 20), at + 40));
  return `at ${at} of ${expected.length}: ${JSON.stringify(is)} instead of ${JSON.stringify(was)}`;
}

/** As {@linkcode difference}, for JSON: white space and the order of members do not matter. */
export function jsonDifference(actual: string, expected: string): string | undefined {
  return isDeepStrictEqual(parse(actual), parse(expected))
    ? undefined
    : difference(actual, expected);
}

function targetOf({ model, method, target }: RecordedCall, kind: AccountKind): string {
  if (model === "") return target;
  const call = method === "streamGenerateContent" ? `${method}?alt=sse` : method;
  switch (kind) {
    case "gemini-api":
      return `/v1beta/models/${model}:${call}`;
    case "vertex":
      return `/v1beta1/projects/${PROJECT}/locations/${LOCATION}/publishers/google/models/${model}:${call}`;
    case "code-assist":
      return `/v1internal:${call}`;
  }
}

function wrapped(json: string): string {
  return `{"response": ${json}, "traceId": "recorded"}`;
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = isRecord(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function parsedObject(json: string): Readonly<Record<string, unknown>> {
  const value = parse(json);
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
