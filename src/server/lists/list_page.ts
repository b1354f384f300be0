/**
 * Reads and writes pages of lists in Google's format. The bytes of the items are not changed.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { parsedJson } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { JsonReader } from "../../gemini/json/json_reader.ts";

/** A page. */
export interface ListPage {
  /** The JSON of each item, as views on the page. */
  readonly items: readonly Uint8Array[];
  /** The token of the next page; empty if this is the last one. */
  readonly nextPageToken: string;
}

/**
 * Reads a page.
 *
 * @param json A whole JSON object.
 * @param member The member that holds the items.
 */
export function readListPage(json: Uint8Array, member: string): ListPage {
  const items: Uint8Array[] = [];
  let token: unknown;
  const reader = new JsonReader(json);
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (reader.isNamed(member) && reader.isArray) {
      for (let next = reader.enterArray(); next; next = reader.nextItem()) {
        items.push(reader.take());
      }
    } else if (reader.isNamed("nextPageToken") || reader.isNamed("next_page_token")) {
      token = parsedJson(reader.take());
    } else reader.skip();
  }
  return { items, nextPageToken: typeof token === "string" ? token : "" };
}

/** Writes a page. As Google does, it leaves out what is empty. */
export function writeListPage(
  { items, nextPageToken }: ListPage,
  { member, isSnakeCase = false }: { readonly member: string; readonly isSnakeCase?: boolean },
): Uint8Array {
  const next = isSnakeCase ? "next_page_token" : "nextPageToken";
  const members: Uint8Array[][] = [];
  if (items.length > 0) {
    const listed = items.flatMap((item, nth) => nth === 0 ? [item] : [COMMA, item]);
    members.push([utf8Bytes(`"${member}": [`), ...listed, utf8Bytes("]")]);
  }
  if (nextPageToken !== "") {
    members.push([utf8Bytes(`"${next}": ${JSON.stringify(nextPageToken)}`)]);
  }
  const inside = members.flatMap((pieces, nth) => nth === 0 ? pieces : [COMMA, ...pieces]);
  return joinBytes([utf8Bytes("{"), ...inside, utf8Bytes("}\n")]);
}

const COMMA = utf8Bytes(",\n");
