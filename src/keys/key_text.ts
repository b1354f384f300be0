/**
 * The text of client keys: makes it, recognizes it, and computes what is stored of it.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { CLIENT_KEY_PREFIX } from "../base/client_key_text.ts";

/** Characters of the random part and of the checksum, in base64url. */
const RANDOM = 43;
const CHECKSUM = 6;

/** Makes the text of a new key from 256 random bits. */
export function newKeyText(): string {
  const text = CLIENT_KEY_PREFIX + randomBytes(32).toString("base64url");
  return text + checksumOf(text);
}

/** What a text is by its form: a client key, one with a typing error, or something else. */
export function formOf(text: string): "key" | "mistyped" | "other" {
  if (!text.startsWith(CLIENT_KEY_PREFIX)) return "other";
  const end = CLIENT_KEY_PREFIX.length + RANDOM;
  const isRight = text.length === end + CHECKSUM && /^[\w-]+$/.test(text) &&
    text.slice(end) === checksumOf(text.slice(0, end));
  return isRight ? "key" : "mistyped";
}

/** The SHA-256 of a key, in hexadecimal. */
export function keyDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The beginning and the end of a key, for lists: the end belongs to the checksum. */
export function hintOf(text: string): string {
  return `${CLIENT_KEY_PREFIX}…${text.slice(-4)}`;
}

function checksumOf(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64url");
}
