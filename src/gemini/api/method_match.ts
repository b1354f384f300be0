/**
 * Finds the method in the table for a path, and the model or resource that the path names.
 *
 * @module
 */
import { METHOD_NAMES, type MethodName, type MethodRow, METHODS, type Verb } from "./methods.ts";
import { bareModelId } from "./model.ts";
import { encodeSegment, type NativePath, type PathPrefix } from "./native_path.ts";

/** The result of matching a path. */
export type MethodMatch =
  | {
    readonly type: "method";
    readonly method: MethodName;
    /** Model id without `models/`; empty if the method has no model. */
    readonly model: string;
    /**
     * Name of the resource in the path, as `files/abc` or `projects/p/locations/l/cachedContents/1`; empty if
     * the method has none.
     */
    readonly resource: string;
    /** A query that the client encoded into the path (`%3Falt=sse`); empty as a rule. */
    readonly query: string;
  }
  /** The path belongs to a method, but the verb does not. */
  | { readonly type: "verb"; readonly method: MethodName; readonly verb: Verb }
  /** There is no such method. `action` is the name after the colon, empty if there is none. */
  | { readonly type: "none"; readonly action: string };

/** A row's path, prepared for comparison. */
interface Pattern {
  readonly method: MethodName;
  readonly verb: Verb;
  readonly prefixes: readonly (PathPrefix | undefined)[];
  /** The segments that a path must have; undefined for those that stand for any one segment. */
  readonly segments: readonly (string | undefined)[];
  /** Whether a model's name follows, of one segment or more. */
  readonly hasModel: boolean;
  /** Whether any number of segments may follow. */
  readonly isOpen: boolean;
  /** Whether the path names a resource. */
  readonly hasResource: boolean;
}

/** The part of a path that is compared with patterns. */
interface Asked {
  readonly verb: string;
  readonly prefix: PathPrefix | undefined;
  readonly segments: readonly string[];
  readonly query: string;
  readonly place: string | undefined;
}

/**
 * By the name after the colon; the empty name is for paths without a colon. Those with a model come last, since a
 * model's name takes any number of segments.
 */
const PATTERNS: ReadonlyMap<string, readonly Pattern[]> = Map.groupBy(
  METHOD_NAMES.map(patternOf).sort((a, b) => Number(a.hasModel) - Number(b.hasModel)),
  ({ action }) => action,
);

const NONE: readonly Pattern[] = [];

/**
 * Finds a method. Its name follows the last colon, because ids may contain colons
 * (`x:thinking:generateContent`); a method of models may also be the last segment (`x/countTokens`).
 *
 * @param verb The request's verb.
 * @param target The request's path.
 */
export function matchMethod(
  verb: string,
  { prefix, segments, place }: NativePath,
): MethodMatch {
  const last = segments.at(-1);
  if (last === undefined) return { type: "none", action: "" };
  const asked = { verb, prefix, segments, query: "", place };
  const colon = last.lastIndexOf(":");
  const [action = "", query = ""] = colon < 0 ? [] : splitOnce(last.slice(colon + 1));
  const parents = segments.slice(0, -1);
  const called = action === ""
    ? asSegment(last, { ...asked, segments: parents })
    : find(PATTERNS.get(action), {
      ...asked,
      segments: [...parents, last.slice(0, colon)],
      query,
    });
  if (called?.type === "method") return called;
  // A colon may also be part of an id.
  const named = find(PATTERNS.get(""), asked);
  if (named?.type === "method" && called === undefined) return named;
  return called ?? { type: "none", action };
}

/** The method as the last segment of a path. */
function asSegment(last: string, asked: Asked): MethodMatch | undefined {
  const [name = "", query = ""] = splitOnce(last);
  const patterns = PATTERNS.get(name)?.filter(({ hasModel }) => hasModel);
  return name === "" ? undefined : find(patterns, { ...asked, query });
}

function find(
  patterns: readonly Pattern[] = NONE,
  { verb, prefix, segments, query, place }: Asked,
): MethodMatch | undefined {
  let other: MethodMatch | undefined;
  for (const pattern of patterns) {
    if (!pattern.prefixes.includes(prefix)) continue;
    const model = modelIn(segments, pattern);
    if (model === undefined) continue;
    const { method } = pattern;
    if (pattern.verb === verb) {
      const resource = pattern.hasResource ? nameOf(segments, place) : "";
      return { type: "method", method, model, resource, query };
    }
    other ??= { type: "verb", method, verb: pattern.verb };
  }
  return other;
}

/** The name of a resource; with the project and location if the path has them, as Vertex AI does. */
function nameOf(segments: readonly string[], place: string | undefined): string {
  const name = segments.map(encodeSegment).join("/");
  return place ? `${place}/${name}` : name;
}

/** The model that a path names, empty if it names none; undefined if the pattern does not match. */
function modelIn(
  segments: readonly string[],
  { segments: expected, hasModel, isOpen }: Pattern,
): string | undefined {
  const { length } = expected;
  if (
    hasModel || isOpen ? segments.length < length + Number(hasModel) : segments.length !== length
  ) {
    return undefined;
  }
  for (let nth = 0; nth < length; nth++) {
    if (expected[nth] !== undefined && segments[nth] !== expected[nth]) return undefined;
  }
  if (!hasModel) return "";
  // Nearly every id is one segment.
  const id = segments.length === length + 1 ? segments[length] : segments.slice(length).join("/");
  return bareModelId(id ?? "") || undefined;
}

/** The parts of a text before and after its first question mark. */
function splitOnce(text: string): readonly string[] {
  const at = text.indexOf("?");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function patternOf(method: MethodName): Pattern & { readonly action: string } {
  const { verb, path, prefix, response }: MethodRow = METHODS[method];
  const [name = "", action = ""] = path.split(":");
  const isOpen = name.includes("{...");
  const parts = name.split("/").filter((part) => part !== "{model}" && !part.startsWith("{..."));
  const segments = parts.map((part) => part.startsWith("{") ? undefined : part);
  return {
    method,
    verb,
    prefixes: response === "bytes" ? [undefined, "download"] : [prefix],
    segments,
    hasModel: name.includes("{model}"),
    isOpen,
    hasResource: segments.includes(undefined),
    action,
  };
}
