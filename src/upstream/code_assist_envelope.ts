/**
 * How Code Assist wants a native request to be dressed. Its request follows Vertex AI's schema.
 *
 * @module
 */
import { joinBytes } from "../gemini/join_bytes.ts";
import { field, isJsonObject, type JsonObject } from "../gemini/json_object.ts";
import type { UpstreamCall } from "./upstream.ts";
import { USER_AGENT } from "./user_agent.ts";
import { listOf, vertexRequest, withRole } from "./vertex_request.ts";

const encoder = new TextEncoder();

/**
 * The body of v1internal's `generateContent` and `streamGenerateContent`. The client's bytes are put in
 * as they came wherever Code Assist takes them so.
 *
 * @param call The native call.
 * @param project The account's Google Cloud project.
 */
export function envelop(call: UpstreamCall, project: string): Uint8Array {
  const head = JSON.stringify({
    model: call.model,
    project,
    requestId: call.requestId,
    requestType: "agent",
    userAgent: USER_AGENT,
  });
  return joinBytes([
    encoder.encode(`${head.slice(0, -1)},"request":`),
    vertexRequest(call.request),
    encoder.encode("}"),
  ]);
}

/**
 * The body of v1internal's `countTokens`, which takes contents alone. What else costs tokens, the
 * system instruction and the declared tools, is put before the contents as text, so that the count is
 * not too low.
 *
 * @param call The native call, with either of the two bodies that the Gemini API takes.
 */
export function countEnvelope(call: UpstreamCall): Uint8Array {
  const inner = field(call.request.body, "generateContentRequest");
  const message = isJsonObject(inner) ? inner : call.request.body;
  const contents = [...listOf(field(message, "contents"))].map(withRole).map(withoutThoughts);
  const before = [
    ...textParts(field(message, "systemInstruction")),
    ...listOf(message["tools"]).map((tool) => ({ text: JSON.stringify(tool) })),
  ];
  if (before.length > 0) contents.unshift({ role: "user", parts: before });
  return encoder.encode(
    JSON.stringify({
      request: { model: `models/${call.model}`, contents: contents.filter(hasParts) },
    }),
  );
}

/** Thoughts of earlier turns break Code Assist's counter. */
function withoutThoughts(content: unknown): unknown {
  if (!isJsonObject(content)) return content;
  const parts = listOf(content["parts"]);
  return parts.some(isThought)
    ? { ...content, parts: parts.filter((part) => !isThought(part)) }
    : content;
}

function isThought(part: unknown): boolean {
  return isJsonObject(part) && part["thought"] === true;
}

function hasParts(content: unknown): boolean {
  return !isJsonObject(content) || listOf(content["parts"]).length > 0;
}

function textParts(instruction: unknown): readonly JsonObject[] {
  if (typeof instruction === "string") return [{ text: instruction }];
  if (!isJsonObject(instruction)) return [];
  return listOf(instruction["parts"] ?? instruction).filter(isJsonObject);
}
