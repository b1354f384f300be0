/**
 * Google's rules for contents, tools and thinking in a well-formed body, with Google's error messages.
 *
 * @module
 */
import type { CatalogueModel } from "./catalogue.ts";
import { type GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { numberAt, objectAt, objectsAt, textAt } from "../json.ts";
import type { Flavour } from "../schema/proto_schema.ts";
import { brokenMedia } from "./media_rules.ts";
import { brokenSignature } from "./thought_signature.ts";

/** Fields of a Part of which exactly one must be set. */
const PART_DATA = [
  "text",
  "inlineData",
  "fileData",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
];

const BUILT_IN_TOOLS = ["googleSearch", "codeExecution", "urlContext", "googleMaps", "fileSearch"];

/** The context of the rules. */
export interface RuleContext {
  readonly model: CatalogueModel;
  readonly flavour: Flavour;
  /** As in `Signer`. */
  readonly isCodeAssist?: boolean;
  /** Name of the request in error messages, as `GenerateContentRequest`. */
  readonly message: string;
}

/**
 * Returns the error of the first rule that a request breaks.
 *
 * @param request In the form that `checkMessage` returns.
 * @returns The error, or undefined for a valid request.
 */
export function findBrokenRule(request: JsonObject, context: RuleContext): GoogleError | undefined {
  const text = brokenContents(request, context) ?? brokenTools(request, context) ??
    brokenThinking(request, context.model) ?? brokenMedia(request, context) ??
    brokenSignature(request, context);
  return text === undefined ? undefined : invalidArgument(text);
}

/** As {@linkcode findBrokenRule}, for countTokens, which checks only the contents. */
export function findBrokenContents(
  request: JsonObject,
  context: RuleContext,
): GoogleError | undefined {
  const text = brokenContents(request, context);
  return text === undefined ? undefined : invalidArgument(text);
}

function brokenContents(request: JsonObject, context: RuleContext): string | undefined {
  const contents = objectsAt(request, "contents");
  const { message, flavour } = context;
  if (contents.length === 0) return `* ${message}.contents: contents is not specified\n`;
  const lines: string[] = [];
  contents.forEach((content, index) => {
    const parts = objectsAt(content, "parts");
    const place = `* ${message}.contents[${index}].parts`;
    if (parts.length === 0) lines.push(`${place}: contents.parts must not be empty.\n`);
    parts.forEach((part, nth) => lines.push(...brokenPart(part, `${place}[${nth}]`)));
  });
  if (lines.length > 0) return lines.join("");
  const roles = flavour === "vertex" ? ["user", "model"] : ["user", "model", "function", ""];
  const bad = contents.some((content) => !roles.includes(textAt(content, "role") ?? ""));
  return bad ? "Please use a valid role: user, model." : brokenReferences(request);
}

function brokenPart(part: JsonObject, place: string): string[] {
  const set = PART_DATA.filter((field) => field in part);
  if (set.length === 0) {
    return [`${place}.data: required oneof field 'data' must have one initialized field\n`];
  }
  if (set.length > 1) {
    return [`${place}: oneof field 'data' is already set. Cannot set '${set[1]}'\n`];
  }
  for (const field of ["functionCall", "functionResponse"]) {
    const call = objectAt(part, field);
    if (call === undefined || textAt(call, "name")) continue;
    const name = field === "functionCall" ? "function_call" : "function_response";
    return [`${place}.${name}.name: Name cannot be empty.\n`];
  }
  return [];
}

/** References in the results of functions that are to none of their media, and media of a type that Google refuses. */
function brokenReferences(request: JsonObject): string | undefined {
  const parts = objectsAt(request, "contents").flatMap((content) => objectsAt(content, "parts"));
  for (const part of parts) {
    const mimeType = textAt(objectAt(part, "inlineData"), "mimeType");
    if (mimeType === "image/jpg") return `Unsupported MIME type: ${mimeType}`;
    const result = objectAt(part, "functionResponse");
    const known = objectsAt(result, "parts").map((media) =>
      textAt(objectAt(media, "inlineData"), "displayName")
    );
    const wrong = referencesIn(result?.response).find((name) => !known.includes(name));
    if (wrong !== undefined) {
      return `The referenced name \`${wrong}\` in function_response.response does not match to a ` +
        "display_name in the function_response.parts.";
    }
  }
  return undefined;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "$ref" && typeof inner === "string" ? [inner] : referencesIn(inner)
  );
}

function brokenTools(request: JsonObject, context: RuleContext): string | undefined {
  const tools = objectsAt(request, "tools");
  const functions = tools.flatMap((tool) => objectsAt(tool, "functionDeclarations"));
  const names = new Set<string>();
  for (const [index, declaration] of functions.entries()) {
    const place = `* ${context.message}.tools[0].function_declarations[${index}]`;
    const name = textAt(declaration, "name");
    if (!name) return `${place}.name: Name cannot be empty.\n`;
    if (names.has(name)) return `Duplicate function declaration found: ${name}`;
    names.add(name);
    if ("parameters" in declaration && "parametersJsonSchema" in declaration) {
      return `${place}: parameters and parameters_json_schema cannot both be set.\n`;
    }
  }
  const allowed = objectAt(request, "toolConfig")?.["includeServerSideToolInvocations"] === true;
  const builtIn = tools.some((tool) => BUILT_IN_TOOLS.some((name) => name in tool));
  return builtIn && functions.length > 0 && !allowed && context.flavour === "dev"
    ? "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with " +
      "Function calling."
    : undefined;
}

function brokenThinking(request: JsonObject, model: CatalogueModel): string | undefined {
  const thinking = objectAt(objectAt(request, "generationConfig"), "thinkingConfig");
  const budget = numberAt(thinking, "thinkingBudget");
  const level = textAt(thinking, "thinkingLevel");
  if (budget !== undefined && level !== undefined) {
    return "You can only set only one of thinking budget and thinking level.";
  }
  if (level !== undefined && model.id.startsWith("gemini-2")) {
    return "thinking_level is not supported by this model";
  }
  const most = model.id === "gemini-2.5-pro" ? 32_768 : 24_576;
  const fixed = model.id.startsWith("gemini-2");
  const refused = budget !== undefined && (budget < -1 || (fixed && budget > most));
  return refused ? `The thinking budget (${budget}) is invalid.` : undefined;
}
