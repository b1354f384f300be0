/**
 * Which conversation a call belongs to.
 *
 * @module
 */
import { fingerprint, fingerprintOfId } from "../../gemini/fingerprint.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";

/** A longer id is known by its beginning, in bytes. */
const LONGEST_ID = 64 * 1024;

/** A call's conversation. */
export interface Conversation {
  /** Hexadecimal. */
  readonly session: string;
  /** Whether the call goes on with a response that only the account knows which gave it. */
  readonly isContinuation: boolean;
}

/**
 * Tells a call's conversation: by the id that the client gives it, else by its opening words.
 *
 * @param body A GenerateContentRequest; its `sessionId` counts where there is no `x-session-id`.
 * @param from `caller`: the key that the client showed. Clients that show the same one, or none, are
 * told apart by their `User-Agent`.
 */
export function conversationOf(
  body: JsonNode,
  from: { readonly headers: Headers; readonly caller: string },
): Conversation {
  const { headers } = from;
  const caller = `${from.caller}\n${headers.get("user-agent") ?? ""}`;
  const id = headers.get("x-session-id") || sessionIdOf(body);
  return {
    session: id === "" ? fingerprint(body, caller) : fingerprintOfId(id, caller),
    isContinuation: (body.field("continuationToken")?.text(1) ?? "") !== "",
  };
}

function sessionIdOf(body: JsonNode): string {
  return body.field("sessionId")?.text(LONGEST_ID) ?? "";
}
