/**
 * The paths of requests for stored resources.
 *
 * @module
 */
import { type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import type { UpstreamCall } from "../upstream.ts";

/**
 * The path of a call after the version, with its query: the template of its row with the resource's name, in
 * which slashes and percent signs within a segment are encoded.
 */
export function pathOfResource(
  { method, resource, query }: Pick<UpstreamCall, "method" | "resource" | "query">,
): string {
  const { path }: MethodRow = METHODS[method];
  const [template = "", action] = path.split(":");
  const name = resource === "" ? template : resource.split("/").map(encoded).join("/");
  return `${name}${action === undefined ? "" : `:${action}`}${query === "" ? "" : `?${query}`}`;
}

function encoded(segment: string): string {
  return encodeURIComponent(decodeURIComponent(segment));
}
