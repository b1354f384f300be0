/**
 * The signatures that a client without stored responses carries in the `encrypted_content` of a reasoning item: they
 * work after a restart, and through every gateway. Google encrypted them; this is only their envelope.
 *
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { utf8Bytes, utf8Text } from "../../../../base/text/text.ts";
import type { KeptToolCall } from "../../../operation.ts";
import type { NestedJson } from "../../../shared/fields/nested_json.ts";

const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;

/** Marks what this gateway wrote, and its version. */
const MARK = "pollux-1.";

/** Longest text that is read: a signature has some kilobytes. */
const LONGEST = 1_048_576;

/** What one reasoning item carries. */
export interface CarriedSignatures {
  /** What is known of the calls that follow, by the client's id. */
  readonly calls: ReadonlyMap<string, KeptToolCall>;
  /** The signature of the text before or after the item. */
  readonly text?: CarriedText;
}

/** The signature of a text. */
interface CarriedText {
  readonly signature: string;
  readonly place: "previous" | "next";
}

/** The text of an item's `encrypted_content`. */
export function sealCarried({ calls, text }: CarriedSignatures): string {
  const members = { ...(calls.size > 0 ? { calls: Object.fromEntries(calls) } : {}), text };
  return MARK + utf8Bytes(JSON.stringify(defined(members))).toBase64(BASE64URL);
}

/** Reads an item's `encrypted_content`; undefined for what another API wrote, or what is malformed. */
export function openCarried(
  encrypted: unknown,
  nested: NestedJson,
): CarriedSignatures | undefined {
  if (typeof encrypted !== "string" || !encrypted.startsWith(MARK)) return undefined;
  if (encrypted.length > LONGEST) return undefined;
  const value = nested.object(textIn(encrypted.slice(MARK.length)));
  if (value === undefined) return undefined;
  const calls = isJsonObject(value.calls) ? Object.entries(value.calls) : [];
  return {
    calls: new Map(calls.flatMap(([id, call]) => isJsonObject(call) ? [[id, keptCall(call)]] : [])),
    ...defined({ text: carriedText(value.text) }),
  };
}

function textIn(base64: string): string {
  try {
    return utf8Text(Uint8Array.fromBase64(base64, BASE64URL));
  } catch {
    return "";
  }
}

function keptCall({ id, signature }: JsonObject): KeptToolCall {
  return {
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof signature === "string" ? { signature } : {}),
  };
}

function carriedText(value: unknown): CarriedText | undefined {
  if (!isJsonObject(value) || typeof value.signature !== "string") return undefined;
  const place = value.place;
  if (place !== "previous" && place !== "next") return undefined;
  return { signature: value.signature, place };
}
