/**
 * Merges the chunks of a streamed response into one response.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import { JsonReader } from "../json/json_reader.ts";
/** Most distinct top-level names: further ones are dropped. */
const MOST_NAMES = 10_000;

/** The members of an object: each name with its value's bytes. If a name occurs twice, the last counts. */
type Members = Map<string, Uint8Array>;

/** One candidate, merged from the chunks read so far. */
interface Candidate {
  readonly members: Members;
  readonly content: Members;
  readonly parts: Uint8Array[];
}

/**
 * Merges chunks: the parts of each candidate are concatenated, and of every other member the last value is
 * used, as is right for the counts of a stream. Values keep their bytes.
 *
 * @param chunks The bytes of GenerateContentResponses, each a whole object; at least one. A single chunk is
 * returned unchanged.
 */
export function mergeChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const members: Members = new Map();
  const candidates = new Map<number, Candidate>();
  for (const chunk of chunks) {
    const reader = new JsonReader(chunk);
    for (let has = reader.enterObject(); has; has = reader.nextMember()) {
      const { name } = reader;
      if (name === "candidates" && reader.isArray) readCandidates(reader, candidates);
      else if (members.size < MOST_NAMES || members.has(name)) members.set(name, reader.take());
      else reader.skip();
    }
  }
  if (candidates.size > 0) {
    const ordered = [...candidates].toSorted(([one], [other]) => one - other);
    members.set("candidates", arrayOf(ordered.map(([, candidate]) => candidateOf(candidate))));
  }
  return objectOf(members);
}

function readCandidates(reader: JsonReader, candidates: Map<number, Candidate>): void {
  let position = 0;
  for (let has = reader.enterArray(); has; has = reader.nextItem()) {
    const members = membersOf(reader.take());
    const named = members.get("index");
    const index = named === undefined ? position : Number(utf8Text(named));
    const known = candidates.get(index) ?? { members: new Map(), content: new Map(), parts: [] };
    candidates.set(index, known);
    for (const [name, value] of members) {
      if (name === "content") readContent(value, known);
      else known.members.set(name, value);
    }
    position++;
  }
}

function readContent(json: Uint8Array, candidate: Candidate): void {
  for (const [name, value] of membersOf(json)) {
    const reader = new JsonReader(value);
    if (name !== "parts" || !reader.isArray) candidate.content.set(name, value);
    else {
      for (let has = reader.enterArray(); has; has = reader.nextItem()) {
        candidate.parts.push(reader.take());
      }
    }
  }
}

/** The members of an object; none if the value is not an object. */
function membersOf(json: Uint8Array): Members {
  const members: Members = new Map();
  const reader = new JsonReader(json);
  if (!reader.isObject) return members;
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    members.set(reader.name, reader.take());
  }
  return members;
}

function candidateOf({ members, content, parts }: Candidate): Uint8Array {
  const whole: Members = new Map(content);
  if (parts.length > 0) whole.set("parts", arrayOf(parts));
  return objectOf(whole.size === 0 ? members : new Map([["content", objectOf(whole)], ...members]));
}

function objectOf(members: Members): Uint8Array {
  const pieces = [...members].map(([name, value]) =>
    joinBytes([utf8Bytes(`${JSON.stringify(name)}:`), value])
  );
  return listed(pieces, "{}");
}

function arrayOf(items: readonly Uint8Array[]): Uint8Array {
  return listed(items, "[]");
}

function listed(items: readonly Uint8Array[], brackets: "{}" | "[]"): Uint8Array {
  const comma = utf8Bytes(",");
  const [open = "", close = ""] = brackets;
  return joinBytes([
    utf8Bytes(open),
    ...items.flatMap((item, nth) => nth === 0 ? [item] : [comma, item]),
    utf8Bytes(close),
  ]);
}
