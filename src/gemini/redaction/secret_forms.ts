/**
 * In which forms a secret may stand in others' words. Escapes of its characters are no forms: they are
 * decoded before it is looked for.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { DecodedText } from "./decoded_text.ts";

/** Shorter texts stand in messages by chance, in UTF-16 units; no key or token is so short. */
const SHORTEST = 6;

/** What is left of a secret's Base64 is only looked for where it is long enough to tell it by. */
const SHORTEST_BASE64 = 12;

/** A longer secret is a file, such as a key in PEM: its lines are told apart, and each is a secret. */
const LONGEST_LINE = 200;

/** The shortest line of a secret of many that is one by itself, in UTF-16 units. */
const SHORTEST_LINE = 24;

/**
 * The secret itself, its lines where it has many, and its Base64, also as a part of what was encoded with
 * it, such as `user:password`.
 */
export function secretForms(secret: string): readonly string[] {
  if (secret.length < SHORTEST) return [];
  // As it is found where escapes were decoded, should it look like having some itself.
  const decoded = new DecodedText(secret).text;
  const itself = decoded === secret ? [secret] : [secret, decoded];
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  if (lines.length > 1) {
    // The first and last lines of PEM are in everybody's keys.
    const own = lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith("-----"));
    return [...itself, secret.trim(), ...own];
  }
  return secret.length > LONGEST_LINE ? itself : [...itself, ...base64Forms(secret)];
}

/** What every Base64 of a text with the secret in it has, whichever way the secret falls into its groups. */
function base64Forms(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from("\0".repeat(before) + secret);
    // The first and the last group may hold neighbours, too.
    const from = before === 0 ? 0 : before + 1;
    const to = Math.floor(bytes.length * 8 / 6);
    return [bytes.toString("base64").slice(from, to), bytes.toString("base64url").slice(from, to)];
  }).filter((form) => form.length >= SHORTEST_BASE64);
}
