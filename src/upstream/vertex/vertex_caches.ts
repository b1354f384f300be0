/**
 * Caches on Vertex AI. They are in a project and location, which their names and the names of their models
 * contain.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.cachedContents}
 * @module
 */
import { plainName } from "../../gemini/resources/resources.ts";
import { withEdits } from "../../gemini/json/json_edit.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import { JsonScanner } from "../../gemini/json/json_scanner.ts";
import { KEEP, objectShape } from "../../gemini/json/json_shape.ts";
import { JsonSyntaxError } from "../../gemini/json/json_syntax_error.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import { cacheIn, withCacheNames } from "../request/cache_name.ts";
import { unusableResponse } from "../exchange/exchange.ts";
import { pathOfResource } from "../request/resource_path.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { type ModelPlace, pathOfPlace, pathOfVertexModel } from "./vertex_names.ts";
import { withRoles } from "./vertex_request.ts";

const COUNTS = objectShape({
  totalTokens: KEEP,
  usageMetadata: objectShape({ totalTokenCount: KEEP }),
});

/** The path of a call for caches, after the version. */
export function pathOfCaches(call: UpstreamCall, place: ModelPlace | undefined): string {
  const { resource } = call;
  return resource === ""
    ? `${pathOfPlace(place)}${pathOfResource(call)}`
    : pathOfResource({ ...call, resource: cacheNameAt(resource, place) });
}

/** The body of `cachedContents.create`: the model by its full name, and a role for every content. */
export function cacheToCreate(
  { request, model }: UpstreamCall,
  place: ModelPlace | undefined,
): Uint8Array {
  const name = JSON.stringify(pathOfVertexModel(model, place));
  const edits = request.body.members.filter((member) => member.name === "model" && model !== "")
    .map(({ start, end }) => ({ at: start, remove: end - start, insert: name }));
  return withRoles(request.edited(edits)).bytes;
}

/** A request with the name of its cache as Vertex AI needs it. */
export function withVertexCache(
  request: NativeRequest,
  place: ModelPlace | undefined,
): NativeRequest {
  return withCacheNames(request, (name) => cacheNameAt(name, place));
}

/**
 * The call that reads the cache which a request uses; undefined if it uses none. Vertex AI's token counter knows no
 * caches.
 */
export function readOfCache(call: UpstreamCall): UpstreamCall | undefined {
  const resource = cacheIn(call.request);
  return resource === undefined
    ? undefined
    : { ...call, method: "cachedContents.get", resource, query: "" };
}

/** A count of tokens with those of a cache, in the Gemini API's form. */
export function withCacheCount(
  counted: UpstreamResponse,
  cache: UpstreamResponse,
): UpstreamResponse {
  const own = rootOf(counted).get("totalTokens");
  const cached = numberOf(rootOf(cache).get("usageMetadata")?.get("totalTokenCount"));
  const total = numberOf(own) + cached;
  if (own === undefined) throw unusableResponse("a count without a number of tokens");
  const insert = `${total},"cachedContentTokenCount":${cached}`;
  const edit = { at: own.start, remove: own.end - own.start, insert };
  return { type: "json", bytes: withEdits(own.source, [edit]) };
}

/**
 * The name of a cache at an account. Names of Vertex AI's are unchanged; a project that an SDK in Vertex mode put
 * before the name is replaced, since the cache is known to be in the account's project.
 */
function cacheNameAt(name: string, place: ModelPlace | undefined): string {
  const [, project] = /^projects\/([^/]+)\/locations\/[^/]+\/./.exec(name) ?? [];
  const isOwn = project !== undefined && (/^\d+$/.test(project) || project === place?.project);
  return isOwn ? name : `${pathOfPlace(place)}${plainName(name)}`;
}

function rootOf(response: UpstreamResponse): JsonNode {
  if (response.type !== "json") throw unusableResponse("a count that is not JSON");
  try {
    const scanner = new JsonScanner(response.bytes, { shape: COUNTS });
    scanner.scan();
    return scanner.root();
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw unusableResponse("a count that can't be read");
  }
}

/** A number of tokens; proto3 JSON omits a zero. */
function numberOf(value: JsonNode | undefined): number {
  const count = Number(value?.numeral ?? 0);
  if (!Number.isSafeInteger(count)) throw unusableResponse("a count that is not a number");
  return count;
}
