/**
 * Takes e-mail addresses out of what Google says: its words may name whose account it is, and errors and
 * logs get pasted into issues.
 *
 * @module
 */
import { isJsonObject } from "./json_object.ts";

/**
 * An address, also as it stands in a link. In JSON text it does not begin inside an escape sequence, as
 * in `\nada@example.com`: half an escape would be no JSON any more. The lengths are those of RFC 5321;
 * without them, a long word would take a time that grows with its square.
 */
const EMAIL = /(?<!\\(?:u[0-9a-f]{0,3})?)[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+/gi;

/**
 * The text with `***` for every e-mail address in it.
 *
 * @param text Anything that is about to be printed or sent.
 */
export function withoutEmails(text: string): string {
  return text.includes("@") || text.includes("%40") ? text.replace(EMAIL, "***") : text;
}

/**
 * A value of JSON's types with `***` for every e-mail address in its strings.
 *
 * @param value Such as the details of an error.
 */
export function withoutEmailsInside(value: unknown): unknown {
  if (typeof value === "string") return withoutEmails(value);
  if (Array.isArray(value)) return value.map(withoutEmailsInside);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutEmailsInside(member)]),
  );
}
