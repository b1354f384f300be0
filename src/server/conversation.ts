/**
 * Which conversation a call belongs to.
 *
 * @module
 */
import { field, type JsonObject } from "../gemini/json_object.ts";
import { fingerprint, fingerprintOfId } from "../gemini/fingerprint.ts";

/** A call's conversation. */
export interface Conversation {
  /** Hexadecimal. */
  readonly session: string;
  /** Whether the call goes on with an answer that only the account knows which gave it. */
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
  body: JsonObject,
  from: { readonly headers: Headers; readonly caller: string },
): Conversation {
  const { headers } = from;
  const caller = `${from.caller}\n${headers.get("user-agent") ?? ""}`;
  const id = headers.get("x-session-id") || sessionIdOf(body);
  const token = field(body, "continuationToken");
  return {
    session: id === "" ? fingerprint(body, caller) : fingerprintOfId(id, caller),
    isContinuation: typeof token === "string" && token !== "",
  };
}

function sessionIdOf(body: JsonObject): string {
  const id = field(body, "sessionId");
  return typeof id === "string" ? id : "";
}
