/**
 * Finds the method in the table for a path, and the model that the path names.
 *
 * @module
 */
import { METHOD_NAMES, type MethodName, METHODS, type Verb } from "./methods.ts";
import type { NativePath } from "./native_path.ts";

/** The result of matching a path. */
export type MethodMatch =
  | {
    readonly type: "method";
    readonly method: MethodName;
    /** Model id without `models/`; empty if the method has no model. */
    readonly model: string;
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
  /** Segments that a path must begin with. */
  readonly literals: readonly string[];
  /** Whether a model's name follows, of one segment or more. */
  readonly hasModel: boolean;
}

/** By the name after the colon; the empty name is for paths without a colon. */
const PATTERNS: ReadonlyMap<string, readonly Pattern[]> = Map.groupBy(
  METHOD_NAMES.map(patternOf),
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
export function matchMethod(verb: string, { prefix, segments }: NativePath): MethodMatch {
  const last = segments.at(-1);
  if (last === undefined || prefix !== undefined) return { type: "none", action: "" };
  const colon = last.lastIndexOf(":");
  const [action = "", query = ""] = colon < 0 ? [] : splitOnce(last.slice(colon + 1));
  const parents = segments.slice(0, -1);
  const called = action === ""
    ? asSegment(verb, last, parents)
    : find(PATTERNS.get(action), { verb, segments: [...parents, last.slice(0, colon)], query });
  if (called?.type === "method") return called;
  // A colon may also be part of an id.
  const named = find(PATTERNS.get(""), { verb, segments, query: "" });
  if (named?.type === "method" && called === undefined) return named;
  return called ?? { type: "none", action };
}

/** The method as the last segment of a path. */
function asSegment(
  verb: string,
  last: string,
  parents: readonly string[],
): MethodMatch | undefined {
  const [name = "", query = ""] = splitOnce(last);
  const patterns = PATTERNS.get(name)?.filter(({ hasModel }) => hasModel);
  return name === "" ? undefined : find(patterns, { verb, segments: parents, query });
}

function find(
  patterns: readonly Pattern[] = NONE,
  { verb, segments, query }: {
    readonly verb: string;
    readonly segments: readonly string[];
    readonly query: string;
  },
): MethodMatch | undefined {
  let other: MethodMatch | undefined;
  for (const pattern of patterns) {
    const model = modelIn(segments, pattern);
    if (model === undefined) continue;
    const { method } = pattern;
    if (pattern.verb === verb) return { type: "method", method, model, query };
    other ??= { type: "verb", method, verb: pattern.verb };
  }
  return other;
}

/** The model that a path names; undefined if the pattern does not match. */
function modelIn(
  segments: readonly string[],
  { literals, hasModel }: Pattern,
): string | undefined {
  const { length } = literals;
  if (segments.length > length !== hasModel) return undefined;
  for (let nth = 0; nth < length; nth++) if (segments[nth] !== literals[nth]) return undefined;
  if (!hasModel) return "";
  // Nearly every id is one segment.
  const id = segments.length === length + 1 ? segments[length] : segments.slice(length).join("/");
  return bareId(id ?? "") || undefined;
}

/**
 * A model's id without the prefixes that users and SDKs add: `models/x`, `publishers/google/models/x`. Only ids
 * of other publishers on Vertex AI contain `models/`.
 */
function bareId(name: string): string {
  if (!name.includes("models/") || /^publishers\/(?!google\/)/.test(name)) return name;
  const at = `/${name}`.lastIndexOf("/models/");
  return at < 0 ? name : name.slice(at + "models/".length);
}

/** The parts of a text before and after its first question mark. */
function splitOnce(text: string): readonly string[] {
  const at = text.indexOf("?");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function patternOf(method: MethodName): Pattern & { readonly action: string } {
  const { verb, path } = METHODS[method];
  const [resource = "", action = ""] = path.split(":");
  const literals = resource.split("/").filter((part) => part !== "{model}");
  return { method, verb, literals, hasModel: resource.includes("{model}"), action };
}
