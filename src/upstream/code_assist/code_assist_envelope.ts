/**
 * Rewrites native requests for Code Assist. Its request follows Vertex AI's schema.
 *
 * @module
 */
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import { contentsOf, partsOf } from "../../signatures/function_turn.ts";
import { joinBytes } from "../../base/join_bytes.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import { removals } from "../../gemini/json/removals.ts";
import type { UpstreamCall } from "../upstream.ts";
import { USER_AGENT } from "../../base/user_agent.ts";
import { withoutGeminiApiMembers } from "../request/gemini_api_members.ts";
import { editedBytes, roleEdits, vertexRequest } from "../vertex/vertex_request.ts";
const COMMA = utf8Bytes(",");

/**
 * The body of v1internal's `generateContent` and `streamGenerateContent`. The client's bytes are included
 * unchanged wherever Code Assist accepts them.
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
    utf8Bytes(`${head.slice(0, -1)},"request":`),
    vertexRequest(withoutGeminiApiMembers(call)),
    utf8Bytes("}"),
  ]);
}

/**
 * The body of v1internal's `countTokens`, which accepts only contents. The system instruction and the declared
 * tools, which also cost tokens, are added before the contents as text, so that the count is not too low.
 *
 * @param call The native call, with either of the two bodies that the Gemini API accepts.
 */
export function countEnvelope(call: UpstreamCall): Uint8Array {
  const { body } = call.request;
  const inner = body.field("generateContentRequest");
  const message = inner?.isObject ? inner : body;
  const tools = (message.get("tools")?.list ?? []).map((tool) => {
    return utf8Bytes(JSON.stringify({ text: utf8Text(tool.bytes) }));
  });
  const before = [...textParts(message.field("systemInstruction")), ...tools];
  const contents = contentsOf(message).filter(hasCountedParts).map(countedContent);
  if (before.length > 0) {
    contents.unshift(
      joinBytes([
        utf8Bytes('{"role":"user","parts":['),
        ...listed(before),
        utf8Bytes("]}"),
      ]),
    );
  }
  return joinBytes([
    utf8Bytes(`{"request":{"model":${JSON.stringify(`models/${call.model}`)},"contents":[`),
    ...listed(contents),
    utf8Bytes("]}}"),
  ]);
}

/**
 * Whether a content has a part other than thoughts: thoughts of earlier turns break Code Assist's token
 * counter.
 */
function hasCountedParts(content: JsonNode): boolean {
  return !content.isObject || partsOf(content).some((part) => !isThought(part));
}

function countedContent(content: JsonNode): Uint8Array {
  const thoughts = partsOf(content).filter(isThought);
  const edits = [...roleEdits(content), ...removals(thoughts)];
  return editedBytes(content, edits.sort((one, other) => one.at - other.at));
}

function isThought(part: JsonNode): boolean {
  return part.get("thought")?.isTrue ?? false;
}

function textParts(instruction: JsonNode | undefined): Uint8Array[] {
  if (instruction?.isString) {
    return [joinBytes([utf8Bytes('{"text":'), instruction.bytes, utf8Bytes("}")])];
  }
  if (!instruction?.isObject) return [];
  const parts = instruction.get("parts");
  const list = parts === undefined || parts.isNull ? [instruction] : parts.list;
  return list.filter((part) => part.isObject).map((part) => part.bytes);
}

/** The values with commas between them. */
function listed(values: readonly Uint8Array[]): Uint8Array[] {
  return values.flatMap((value, nth) => nth === 0 ? [value] : [COMMA, value]);
}
