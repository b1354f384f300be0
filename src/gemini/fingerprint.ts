/**
 * Which conversation a call belongs to, told from what stays the same in each of its turns.
 *
 * @module
 */
import { hash } from "node:crypto";
import { field, isJsonObject, type JsonObject } from "./json_object.ts";

/** A shorter opening ("hi", "continue") says too little to tell conversations apart. */
const SHORTEST_OPENING = 10;

/**
 * Openings of the conversations that go on just now, and their digests: each turn brings its opening
 * again, and what Deno's hashing leaves to the garbage collector costs several times the hashing.
 */
const recent = new Map<string, string>();
const MOST_KEPT = 512;

/** The longest opening that is kept, in characters: beyond, the hashing itself is what takes time. */
const LONGEST_KEPT = 2048;

/** Clients put text that changes from turn to turn between these tags. */
const REMINDER = "<system-reminder>";

/**
 * SHA-256, in hexadecimal, over the caller's identity, the system instruction and the first user text
 * that is longer than ten characters and holds no `<system-reminder>`; without such a text, over the
 * first content instead.
 *
 * @param body A GenerateContentRequest.
 * @param caller Who calls: keeps two callers with the same opening words apart.
 */
export function fingerprint(body: JsonObject, caller: string): string {
  const contents = field(body, "contents");
  const list: readonly unknown[] = Array.isArray(contents) ? contents : [contents];
  const opening = firstOpening(list) ?? spelledOut(list[0]);
  const system = textOf(field(body, "systemInstruction"));
  return digest([caller, system, opening]);
}

/**
 * The same for a conversation that its client has given an id.
 *
 * @param id The client's id; of any length.
 * @param caller Who calls: an id is good for its own caller only.
 */
export function fingerprintOfId(id: string, caller: string): string {
  return digest([caller, id]);
}

/** Lengths go first, so that no text can pretend to be the end of one field and the start of the next. */
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

function firstOpening(contents: readonly unknown[]): string | undefined {
  for (const content of contents) {
    if (!isJsonObject(content)) continue;
    const role = content["role"];
    if (role !== undefined && role !== "" && role !== "user") continue;
    const text = textOf(content);
    if (text.length > SHORTEST_OPENING && !text.includes(REMINDER)) return text;
  }
  return undefined;
}

function spelledOut(content: unknown): string {
  try {
    return JSON.stringify(content) ?? "";
  } catch {
    // Nested deeper than the stack: upstream will refuse it, and no conversation is lost.
    return "";
  }
}

/** The text of a Content, a Part or a bare string: the forms that clients send. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (!isJsonObject(value)) return "";
  const parts = value["parts"] ?? value;
  const texts: string[] = [];
  for (const part of Array.isArray(parts) ? parts : [parts]) {
    if (isJsonObject(part) && typeof part["text"] === "string") texts.push(part["text"]);
  }
  return texts.join(" ").trim();
}
