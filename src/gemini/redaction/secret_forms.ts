/**
 * The forms in which a secret may occur in text from a third party. Escapes are not among them: they are
 * decoded before the search.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { DecodedText } from "./decoded_text.ts";

/** Shorter texts occur in messages by chance, in UTF-16 units; keys and tokens are longer. */
const SHORTEST = 6;

/** Shortest part of a secret's Base64 that is searched for; shorter ones are not distinctive. */
const SHORTEST_BASE64 = 12;

/** A longer secret is a file, such as a key in PEM: each of its lines is a secret. */
const LONGEST_LINE = 200;

/** The shortest line of a multi-line secret that counts as a secret itself, in UTF-16 units. */
const SHORTEST_LINE = 24;

/**
 * The secret itself, its lines if it has several, and its Base64, also as a part of a longer encoded text such
 * as `user:password`.
 */
export function secretForms(secret: string): readonly string[] {
  if (secret.length < SHORTEST) return [];
  // The form after decoding, in case the secret itself looks as if it contained escapes.
  const decoded = new DecodedText(secret).text;
  const itself = decoded === secret ? [secret] : [secret, decoded];
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  if (lines.length > 1) {
    // The first and last lines of PEM are the same in all keys.
    const own = lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith("-----"));
    return [...itself, secret.trim(), ...own];
  }
  return secret.length > LONGEST_LINE ? itself : [...itself, ...base64Forms(secret)];
}

/** The Base64 substrings common to all texts that contain the secret, for each alignment to Base64's groups. */
function base64Forms(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from("\0".repeat(before) + secret);
    // The first and the last group may include neighbouring bytes.
    const from = before === 0 ? 0 : before + 1;
    const to = Math.floor(bytes.length * 8 / 6);
    return [bytes.toString("base64").slice(from, to), bytes.toString("base64url").slice(from, to)];
  }).filter((form) => form.length >= SHORTEST_BASE64);
}
