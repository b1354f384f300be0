/**
 * Identifies the conversation of a call.
 *
 * @module
 */
import { fingerprint, fingerprintOfId } from "../../gemini/fingerprint.ts";
import type { ConversationSource } from "../explain/call_trace.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";

/** Most bytes of an id that are used; the rest of a longer id is ignored. */
const LONGEST_ID = 64 * 1024;

/** A call's conversation. */
export interface Conversation {
  /** Hexadecimal. */
  readonly session: string;
  /** Whether the call continues a response that is known only to the account that sent it. */
  readonly isContinuation: boolean;
  /** How the conversation was recognized. */
  readonly sessionFrom: ConversationSource;
}

/**
 * Identifies a call's conversation by the client's id, otherwise by the beginning of its content.
 *
 * @param body A GenerateContentRequest; its `sessionId` is used if there is no `x-session-id` header.
 * @param from `caller`: the client's key. Clients with the same key, or none, are distinguished by their
 * `User-Agent`. `sessionId`: the client's id as its own format has it, in place of that in the body.
 */
export function conversationOf(
  body: JsonNode,
  from: {
    readonly headers: Headers;
    readonly caller: string;
    readonly sessionId?: string | undefined;
  },
): Conversation {
  const { headers } = from;
  const caller = `${from.caller}\n${headers.get("user-agent") ?? ""}`;
  const sent = headers.get("x-session-id") ?? "";
  const id = sent || (from.sessionId?.slice(0, LONGEST_ID) ?? sessionIdOf(body));
  return {
    session: id === "" ? fingerprint(body, caller) : fingerprintOfId(id, caller),
    sessionFrom: id === "" ? "content" : sent === "" ? "body" : "header",
    isContinuation: (body.field("continuationToken")?.text(1) ?? "") !== "",
  };
}

function sessionIdOf(body: JsonNode): string {
  return body.field("sessionId")?.text(LONGEST_ID) ?? "";
}
