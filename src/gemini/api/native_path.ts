/**
 * Parses the paths of the native API, in the form of the Gemini API or of Vertex AI, and tolerates common
 * mistakes: doubled slashes, a doubled or missing version, a trailing slash, an address in place of a name. A
 * path is split into segments before they are decoded, so that an encoded slash stays within its segment.
 *
 * @module
 */
import { RpcError } from "../errors/rpc_error.ts";
import { readVertexPath } from "./vertex_path.ts";
import { readSocketPath } from "./socket_path.ts";

/** The prefix before the version, for calls that transfer a file's bytes and for WebSockets. */
export type PathPrefix = "upload" | "download" | "ws";

/** A path in the normalized form that the routes expect. */
export interface NativePath {
  readonly prefix?: PathPrefix;
  /** `v1beta`, `v1` or `v1alpha`. */
  readonly version: string;
  /** The segments after the version, decoded; none is empty. Those of the Gemini API, whatever the form. */
  readonly segments: readonly string[];
  /**
   * The same as one text that begins with a slash, including the prefix if there is one. Slashes and
   * percent signs within a segment are encoded, so that two different targets never have the same path.
   */
  readonly path: string;
  /**
   * Present if the path has the form of Vertex AI: the project and location that it names, encoded in the same
   * way, as `projects/p/locations/l`; empty if it names none.
   */
  readonly place?: string;
}

/** Longest path accepted, in characters; regular expressions need memory that grows with it. */
const LONGEST_PATH = 16 * 1024;

/** The version that has all methods; used for paths without a version. */
const DEFAULT_VERSION = "v1beta";

/** Vertex AI's name of that version. */
const VERTEX_VERSION = "v1beta1";

/** Paths that need no normalization, so that the common case costs one match. */
const CLEAN_PATH = /^\/(v1(?:beta|alpha)?)(\/models(?:\/((?!\.{1,2}$)[\w.-]+(?::\w+)?))?)$/;
const VERSION = /^v1(?:beta|alpha|beta1)?$/;
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/;

/**
 * Reads a path. If there are several versions, the last one counts.
 *
 * @param rawPath The raw path of a URL, without query.
 * @throws {RpcError} INVALID_ARGUMENT for dot segments, backslashes, control characters and bad
 * percent-encoding: a proxy before the gateway may interpret these differently. Also for a path that is too
 * long.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseNativePath } from "./native_path.ts";
 *
 * assert.deepEqual(parseNativePath("/v1beta/documents/a%2Fb").segments, ["documents", "a/b"]);
 * ```
 */
export function parseNativePath(rawPath: string): NativePath {
  if (rawPath.length > LONGEST_PATH) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      `Cannot serve this path: it has more than ${LONGEST_PATH} characters`,
      { code: 414 },
    );
  }
  const [, version, path, spec] = CLEAN_PATH.exec(rawPath) ?? [];
  if (version !== undefined && path !== undefined) {
    return { version, path, segments: spec === undefined ? ["models"] : ["models", spec] };
  }
  checkCharacters(decode(rawPath));
  return targetOf(rawPath.split("/").filter((segment) => segment !== "").map(decode));
}

function targetOf(segments: readonly string[]): NativePath {
  const outer = versionAt(segments, 0);
  const word = segments[outer.end];
  const socket = word === "ws" ? readSocketPath(segments.slice(outer.end + 1)) : undefined;
  if (socket !== undefined) {
    const { version, segments: rest, isVertexForm } = socket;
    return {
      prefix: "ws",
      version: nativeVersion(version),
      segments: rest,
      path: pathOf(["ws", ...rest]),
      ...(isVertexForm ? { place: "" } : {}),
    };
  }
  const prefix = word === "upload" || word === "download" || word === "ws" ? word : undefined;
  const inner = prefix === undefined ? outer : versionAt(segments, outer.end + 1);
  const rest = withoutAddress(segments.slice(inner.end));
  const version = inner.version ?? outer.version ?? DEFAULT_VERSION;
  if (prefix !== undefined) {
    return {
      prefix,
      version: nativeVersion(version),
      segments: rest,
      path: pathOf([prefix, ...rest]),
    };
  }
  const vertex = readVertexPath(rest);
  if (vertex === undefined) {
    return { version: nativeVersion(version), segments: rest, path: pathOf(rest) };
  }
  return {
    // Vertex AI's v1 has members that the Gemini API's v1 refuses, such as systemInstruction.
    version: DEFAULT_VERSION,
    segments: vertex.segments,
    path: pathOf(vertex.segments),
    place: vertex.place.map(encodeSegment).join("/"),
  };
}

function pathOf(segments: readonly string[]): string {
  return `/${segments.map(encodeSegment).join("/")}`;
}

function nativeVersion(version: string): string {
  return version === VERTEX_VERSION ? DEFAULT_VERSION : version;
}

/**
 * The name in an address that is not Google's, which SDKs put into the path as if it were a name: of
 * `files/http://127.0.0.1:8045/v1beta/files/abc:download:download`, `files/abc:download`.
 *
 * @see {@link https://github.com/googleapis/js-genai/blob/main/src/_transformers.ts} `tFileName`
 */
function withoutAddress(segments: readonly string[]): readonly string[] {
  const [collection = "", ...address] = segments;
  if (!/^https?:/i.test(address[0] ?? "")) return segments;
  // Clients that encode a name have put the whole address into one segment.
  const parts = address.flatMap((segment) => segment.split("/"));
  const [id = ""] = parts.slice(parts.lastIndexOf(collection) + 1);
  const [name = ""] = id.split("?");
  return parts.includes(collection) && name !== ""
    ? [collection, withoutRepeatedAction(name)]
    : segments;
}

/** `abc:download:download` as `abc:download`; takes linear time. */
function withoutRepeatedAction(name: string): string {
  const words = name.split(":");
  while (words.length > 2 && words.at(-1) !== "" && words.at(-1) === words.at(-2)) words.pop();
  return words.join(":");
}

/** The last of the versions that begin at an index, and the index after them. */
function versionAt(
  segments: readonly string[],
  start: number,
): { readonly version: string | undefined; readonly end: number } {
  let end = start;
  while (VERSION.test(segments[end] ?? "")) end++;
  return { version: end === start ? undefined : segments[end - 1], end };
}

function checkCharacters(decoded: string): void {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (DOT_SEGMENT.test(decoded) || /[\\\x00-\x1f\x7f]/.test(decoded)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "Cannot serve this path: it holds a dot segment, a backslash or a control character",
    );
  }
}

/** A decoded segment as part of a path or a name: its slashes and percent signs are encoded. */
export function encodeSegment(segment: string): string {
  return /[%/]/.test(segment) ? segment.replaceAll("%", "%25").replaceAll("/", "%2F") : segment;
}

function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RpcError("INVALID_ARGUMENT", "Cannot read this path: its percent-encoding is broken");
  }
}
