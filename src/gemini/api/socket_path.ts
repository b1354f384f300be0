/**
 * Reads the paths of WebSockets, which name a service and its method in place of a resource.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @module
 */

/** A path after `ws/`. */
export interface SocketPath {
  readonly version: string;
  /** The method, as the only segment. */
  readonly segments: readonly [string];
  /** Whether it is Vertex AI's service. */
  readonly isVertexForm: boolean;
}

const GEMINI = /^google\.ai\.generativelanguage\.(v1[a-z0-9]*)\.GenerativeService\.(\w+)$/;
const VERTEX = /^google\.cloud\.aiplatform\.(v1[a-z0-9]*)\.LlmBidiService$/;

/**
 * Reads the segments after `ws`.
 *
 * @param segments Decoded.
 * @returns Undefined if they name no known service.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readSocketPath } from "./socket_path.ts";
 *
 * const path = ["google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent"];
 * assert.deepEqual(readSocketPath(path), {
 *   version: "v1alpha",
 *   segments: ["BidiGenerateContent"],
 *   isVertexForm: false,
 * });
 * ```
 */
export function readSocketPath(segments: readonly string[]): SocketPath | undefined {
  const [service = "", action] = segments;
  const [, version, method] = GEMINI.exec(service) ?? [];
  if (version !== undefined && method !== undefined && action === undefined) {
    return { version, segments: [method], isVertexForm: false };
  }
  const [, vertexVersion] = VERTEX.exec(service) ?? [];
  return vertexVersion !== undefined && action !== undefined && segments.length === 2
    ? { version: vertexVersion, segments: [action], isVertexForm: true }
    : undefined;
}
