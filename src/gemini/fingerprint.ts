/**
 * Identifies the conversation of a call by content that stays the same in each turn.
 *
 * @module
 */
import { hash } from "node:crypto";
import { utf8Text } from "../base/text/text.ts";
import type { JsonNode } from "./json/json_node.ts";

/** A shorter opening ("hi", "continue") does not distinguish conversations. */
const SHORTEST_OPENING = 10;

/**
 * Most bytes that are read of a text, and, for an opening, of all candidate texts together: no conversation
 * needs more to be distinguished.
 */
const LONGEST_TEXT = 1024 * 1024;

/**
 * Openings of recent conversations, and their digests: each turn repeats its opening, and the garbage that
 * Deno's hashing leaves costs several times the hashing.
 */
const recent = new Map<string, string>();
const MOST_KEPT = 512;

/** The longest opening that is kept, in characters: for longer ones, the hashing itself dominates. */
const LONGEST_KEPT = 2048;

/** Longest role that is read, in bytes as written. */
const LONGEST_ROLE = 64;

/** Clients wrap text that changes from turn to turn in these tags. */
const REMINDER = "<system-reminder>";

/**
 * SHA-256, in hexadecimal, over the caller's identity, the system instruction and the first user text
 * that is longer than ten characters and holds no `<system-reminder>`; without such a text, over the
 * first content instead.
 *
 * @param body A GenerateContentRequest, or a request for an interaction.
 * @param caller The caller's identity: separates two callers with the same opening.
 */
export function fingerprint(body: JsonNode, caller: string): string {
  const contents = body.field("contents") ?? body.get("input");
  const list = contents === undefined || contents.isArray ? contents?.list ?? [] : [contents];
  const opening = firstOpening(list) ?? asWritten(list[0]);
  const system = textOf(body.field("systemInstruction"));
  return digest([caller, system, opening]);
}

/**
 * The same for a conversation whose client sent an id.
 *
 * @param id The client's id; of any length.
 * @param caller The caller's identity: an id is valid for its own caller only.
 */
export function fingerprintOfId(id: string, caller: string): string {
  return digest([caller, id]);
}

/** Each field is preceded by its length, so that different lists of fields never give the same text. */
function digest(texts: readonly string[]): string {
  let text = "";
  for (const field of texts) text += `${field.length}:${field}`;
  if (text.length > LONGEST_KEPT) return hash("sha256", text, "hex");
  const known = recent.get(text);
  if (known !== undefined) return known;
  const made = hash("sha256", text, "hex");
  if (recent.size >= MOST_KEPT) recent.clear();
  recent.set(text, made);
  return made;
}

function firstOpening(contents: readonly JsonNode[]): string | undefined {
  let looked = 0;
  for (const content of contents) {
    if (!content.isObject) continue;
    const role = content.get("role");
    if (
      role !== undefined && role.text(LONGEST_ROLE) !== "" && role.text(LONGEST_ROLE) !== "user"
    ) continue;
    const text = textOf(content);
    if (text.length > SHORTEST_OPENING && !text.includes(REMINDER)) return text;
    looked += text.length;
    if (looked > LONGEST_TEXT) return undefined;
  }
  return undefined;
}

function asWritten(content: JsonNode | undefined): string {
  return content === undefined ? "" : utf8Text(content.bytes.subarray(0, LONGEST_TEXT));
}

/**
 * The text of a Content, a Part or a bare string: the forms that clients send. A very long text is truncated.
 */
export function textOf(value: JsonNode | undefined): string {
  if (value?.isString) return value.text(LONGEST_TEXT)?.trim() ?? "";
  if (!value?.isObject) return "";
  const parts = value.get("parts") ?? value.get("content");
  const list = parts === undefined || parts.isNull ? [value] : parts.list;
  const texts: string[] = [];
  let length = 0;
  for (const part of list) {
    const text = part.get("text")?.text(LONGEST_TEXT);
    if (text === undefined) continue;
    texts.push(text);
    length += text.length;
    if (length > LONGEST_TEXT) break;
  }
  return texts.join(" ").trim();
}
