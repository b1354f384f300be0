/**
 * Finds one member of a JSON object without parsing the object.
 *
 * @module
 */
import { JsonReader } from "./json_reader.ts";

/**
 * The value of a member of the outermost object. Of two members with one name the first is taken.
 *
 * The text is only walked through as far as the value's end: what is wrong inside of values or after
 * the member is not noticed.
 *
 * @param json UTF-8 bytes of a JSON object; white space around it is allowed.
 * @param name The member's name, unescaped.
 * @returns The value's bytes without surrounding white space, as a view on `json`; `undefined` if
 * there is no such member.
 * @throws {JsonTextError} If the text is not an object, is cut off, or is broken between its members.
 */
export function jsonMember(json: Uint8Array, name: string): Uint8Array | undefined {
  const reader = new JsonReader(json);
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (reader.name === name) return reader.take();
    reader.skip();
  }
  return undefined;
}
