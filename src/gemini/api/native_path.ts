/**
 * The paths of the native API, and what users get wrong in them: doubled slashes, a doubled or missing
 * version, `models/models/`, `%3A` for the colon, a trailing slash.
 *
 * @module
 */
import { RpcError } from "../errors/rpc_error.ts";

/** What Pollux does with a model. */
export const MODEL_METHODS = ["generateContent", "streamGenerateContent", "countTokens"] as const;

/** A method that Pollux serves. */
export type ModelMethod = (typeof MODEL_METHODS)[number];

/** The part of a path after `models/`, for a call of a method. */
export interface ModelCall {
  /** Model id without `models/`. */
  readonly model: string;
  /** As the client wrote it: may be one that Pollux does not serve; empty where there is none. */
  readonly method: string;
}

/** A path in the form that the routes are written for. */
export interface NativePath {
  /** `v1beta`, `v1` or `v1alpha`. */
  readonly version: string;
  /** The path behind the version: single slashes, nothing percent-encoded, none at the end. */
  readonly path: string;
}

/** No path of the API is longer, in characters; expressions over one need memory that grows with it. */
const LONGEST_PATH = 16 * 1024;

/** Google's newest version with everything in it: for paths that name none. */
const DEFAULT_VERSION = "v1beta";

/** Paths that need no mending, so that the common case costs one match. */
const CLEAN_PATH = /^\/(v1(?:beta|alpha)?)(\/models(?:\/(?!\.{1,2}$)[\w.-]+(?::\w+)?)?)$/;
const VERSIONS = /^(?:\/(v1(?:beta|alpha)?)(?=\/|$))+/;
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/;

/**
 * Mends what users get wrong in a path. Of a doubled version the last one counts.
 *
 * @param rawPath A URL's path as it came, without query.
 * @throws {RpcError} INVALID_ARGUMENT for dot segments, backslashes, control characters and bad
 * percent-encoding: what lies before a gateway may read these differently than the gateway does. For a
 * path that is too long, too.
 */
export function parseNativePath(rawPath: string): NativePath {
  if (rawPath.length > LONGEST_PATH) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      `Cannot serve this path: it has more than ${LONGEST_PATH} characters`,
      { code: 414 },
    );
  }
  const [, cleanVersion, cleanPath] = CLEAN_PATH.exec(rawPath) ?? [];
  if (cleanVersion !== undefined && cleanPath !== undefined) {
    return { version: cleanVersion, path: cleanPath };
  }
  const decoded = decode(rawPath);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (DOT_SEGMENT.test(decoded) || /[\\\x00-\x1f\x7f]/.test(decoded)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "Cannot serve this path: it holds a dot segment, a backslash or a control character",
    );
  }
  const path = decoded.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const [versions = "", version = DEFAULT_VERSION] = VERSIONS.exec(path) ?? [];
  // Covers `models/models/x` and `models/publishers/google/models/x`: an id holds no `models/`, but for
  // that of another publisher on Vertex AI.
  const rest = path.slice(versions.length)
    .replace(/^\/models\/(?!publishers\/(?!google\/))(?:.*\/)?models\//, "/models/");
  return { version, path: rest };
}

/**
 * Takes `<id>:<method>` or `<id>/<method>` apart. The method follows the last colon, for ids may hold
 * colons themselves (`x:thinking:generateContent`).
 *
 * @param spec What follows `models/` in a {@linkcode NativePath}.
 */
export function parseModelCall(spec: string): ModelCall {
  const colon = spec.lastIndexOf(":");
  const slash = spec.lastIndexOf("/");
  if (slash > colon && isModelMethod(spec.slice(slash + 1))) {
    return { model: spec.slice(0, slash), method: spec.slice(slash + 1) };
  }
  if (colon < 0) return { model: spec, method: "" };
  return { model: spec.slice(0, colon), method: spec.slice(colon + 1) };
}

/** Whether Pollux serves a method of that name. */
export function isModelMethod(name: string): name is ModelMethod {
  return (MODEL_METHODS as readonly string[]).includes(name);
}

function decode(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RpcError("INVALID_ARGUMENT", "Cannot read this path: its percent-encoding is broken");
  }
}
