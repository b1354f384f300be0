/**
 * The names of caches in request bodies. The Gemini API and Vertex AI name caches differently, and SDKs in Vertex
 * mode add a project to the names of both.
 *
 * @module
 */
import type { JsonEdit } from "../../gemini/json/json_edit.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";

/** Longest name that is read, in bytes. */
const LONGEST_NAME = 4096;

/**
 * The request with the names of caches as an account needs them. A request whose names are right is unchanged.
 *
 * @param nameAt The name at the account, of the name in the request.
 */
export function withCacheNames(
  request: NativeRequest,
  nameAt: (name: string) => string,
): NativeRequest {
  // Nearly all requests name none.
  if (request.references.length === 0) return request;
  return request.edited(cacheNodes(request).flatMap((node) => editsOf(node, nameAt)));
}

/** The name of the cache that a request uses; undefined if it uses none. */
export function cacheIn(request: NativeRequest): string | undefined {
  return cacheNodes(request).at(-1)?.text(LONGEST_NAME) || undefined;
}

function cacheNodes({ references }: NativeRequest): readonly JsonNode[] {
  return references.filter(({ label }) => label === "cachedContents").map(({ node }) => node);
}

function editsOf(node: JsonNode, nameAt: (name: string) => string): readonly JsonEdit[] {
  const { start, end } = node;
  const name = node.text(LONGEST_NAME) ?? "";
  const right = name === "" ? name : nameAt(name);
  return name === right ? [] : [{ at: start, remove: end - start, insert: JSON.stringify(right) }];
}
