/**
 * Removes from text what must not be shown: known secrets, sealed texts, ephemeral tokens, client keys, e-mail
 * addresses, and terminal control characters.
 * Errors, logs, status, stored reasons and Pollux's own headers go through it; the content of successful
 * responses never does.
 *
 * @module
 */
import { CLIENT_KEY_TEXT } from "../../base/client_key_text.ts";
import { defined } from "../../base/defined.ts";
import { SEALED_TEXT } from "../../base/stored/sealer.ts";
import { isJsonObject } from "../../base/json.ts";
import { type RpcDetail, RpcError } from "../errors/rpc_error.ts";
import { DecodedText, type Span } from "./decoded_text.ts";
import { emailSpans } from "./email_spans.ts";
import { printable, printableLine } from "./printable.ts";
import { secretForms } from "./secret_forms.ts";

/** The replacement for removed text. */
const MASK = "***";

/** Most secrets kept of those added later: tokens replace each other. */
const MOST_ADDED = 8;

/** An ephemeral token, at any position in a text: its id opens Live sessions. */
const EPHEMERAL_TOKEN = /auth_tokens(?:\\?\/|%2F)([\w.-]{8,})/gi;

/** Texts that are secrets by their form. */
const FORMS = [SEALED_TEXT, EPHEMERAL_TOKEN, CLIENT_KEY_TEXT];

/** Nested details beyond this depth are removed. */
const DEEPEST = 64;

/**
 * Longest text of an error, and most that is read of its details, in UTF-16 units: longer ones do not help the
 * user, and must not delay other calls. Each value counts as at least some units.
 */
const LONGEST_TEXT = 16 * 1024;
const MOST_READ = 64 * 1024;
const READ_OF_ANY = 16;

/** Longest part of a secret or an address that a cut may have left, in UTF-16 units. */
const TORN = 4096;

/** Matches if a text may contain anything to redact besides a literal secret: most texts do not. */
const NOTABLE = /[^\t\n\x20-\x24\x27-\x3f\x41-\x5b\x5d-\x7e]/;

/** A secret whose value must be revealed explicitly. */
export interface KnownSecret {
  reveal(): string;
}

/** Stores some secrets and removes them, along with every e-mail address, from text. */
export class Redaction {
  readonly #forms: ReadonlySet<string>;
  /** By secret, the oldest first. */
  readonly #added = new Map<string, readonly string[]>();

  /** @param secrets The secrets to remove. Very short ones are ignored. */
  constructor(secrets: Iterable<KnownSecret> = []) {
    this.#forms = new Set([...secrets].flatMap((secret) => secretForms(secret.reveal())));
  }

  /** Adds a secret, such as a new token. The oldest secret added so is dropped if there are too many. */
  addSecret(secret: string): void {
    if (this.#added.has(secret)) return;
    this.#added.set(secret, secretForms(secret));
    const [oldest] = this.#added.keys();
    if (this.#added.size > MOST_ADDED && oldest !== undefined) this.#added.delete(oldest);
  }

  /** The text with `***` for secrets and addresses, safe for a terminal. Line breaks are kept. */
  text(text: string): string {
    const masked = this.mask(text);
    return NOTABLE.test(masked) ? printable(masked) : masked;
  }

  /** The same in one line, for a log. */
  line(text: string): string {
    return printableLine(this.mask(text));
  }

  /** The same for JSON text, which stays valid JSON. */
  jsonLine(json: string): string {
    const masked = this.#masked(json, true);
    return NOTABLE.test(masked) ? printableLine(masked) : masked;
  }

  /** The text with `***` for secrets and addresses, and otherwise as it is. */
  mask(text: string): string {
    return this.#masked(text, false);
  }

  /**
   * A value of JSON's types with all its texts redacted, the names of members included. Very deep, long or
   * large values are truncated.
   */
  value(value: unknown): unknown {
    return this.#value(value, { depth: DEEPEST, read: { left: MOST_READ, isChanged: false } });
  }

  /** The error with its message and details redacted; the error itself if nothing was redacted. */
  error(error: RpcError): RpcError {
    const message = this.#bounded(error.message);
    const read = { left: MOST_READ, isChanged: message !== error.message };
    const details = this.#items(error.details, { depth: DEEPEST, read }).filter(isDetail);
    if (!read.isChanged) return error;
    const { code, status, retryAfterMs, textCode, cause } = error;
    return new RpcError(status, message, {
      code,
      details,
      ...defined({ retryAfterMs, textCode, cause }),
    });
  }

  #value(value: unknown, at: ReadingPlace): unknown {
    const { depth, read } = at;
    read.left -= READ_OF_ANY;
    if (typeof value === "string") return this.#read(value, read);
    if (typeof value !== "object" || value === null) return value;
    if (depth === 0) {
      read.isChanged = true;
      return MASK;
    }
    const inside = { depth: depth - 1, read };
    if (Array.isArray(value)) return this.#items(value, inside);
    const members: [name: string, member: unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      if (isReadOut(read)) break;
      members.push([this.#read(name, read), this.#value(member, inside)]);
    }
    return Object.fromEntries(members);
  }

  /** Redacts items; of very many, only the first are kept. */
  #items(items: readonly unknown[], at: ReadingPlace): unknown[] {
    const redacted: unknown[] = [];
    for (const item of items) {
      if (isReadOut(at.read)) break;
      redacted.push(this.#value(item, at));
    }
    return redacted;
  }

  #read(text: string, read: Reading): string {
    const redacted = this.#bounded(text);
    read.left -= Math.min(text.length, LONGEST_TEXT);
    read.isChanged ||= redacted !== text;
    return redacted;
  }

  #bounded(text: string): string {
    if (text.length <= LONGEST_TEXT) return this.text(text);
    const redacted = this.text(text.slice(0, LONGEST_TEXT));
    return `${redacted.slice(0, -TORN).toWellFormed()}…`;
  }

  #masked(text: string, isJson: boolean): string {
    if (!NOTABLE.test(text)) return withMasks(text, this.#secretSpans(text));
    const isEscaped = DecodedText.isEscaped(text);
    // In JSON text a match could begin within an escape, which would make the rest invalid JSON.
    const spans = isJson && isEscaped ? [] : this.#secretSpans(text);
    if (isEscaped || /[@\uff20\ufe6b]/.test(text)) {
      const decoded = isEscaped ? new DecodedText(text) : undefined;
      const plain = decoded?.text ?? text;
      const isEscape = (place: number) => decoded?.isEscape(place) ?? false;
      const found = emailSpans(plain, { isEscape, isJson });
      if (decoded !== undefined) found.push(...this.#secretSpans(plain));
      for (const span of found) spans.push(decoded?.inSource(span) ?? span);
    }
    return withMasks(text, spans);
  }

  #secretSpans(text: string): Span[] {
    const spans: Span[] = [];
    for (const form of FORMS) {
      for (const { 0: found, 1: secret = found, index } of text.matchAll(form)) {
        const end = index + found.length;
        spans.push([end - secret.length, end]);
      }
    }
    for (const forms of [this.#forms, ...this.#added.values()]) {
      for (const form of forms) {
        for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length)) {
          spans.push([at, at + form.length]);
        }
      }
    }
    return spans;
  }
}

function withMasks(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const pieces: string[] = [];
  let read = 0;
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    if (end <= read) continue;
    // A span that overlaps the previous one needs no mask of its own.
    if (start >= read) pieces.push(text.slice(read, start), MASK);
    read = end;
  }
  pieces.push(text.slice(read));
  return pieces.join("");
}

/** The progress of reading a value. */
interface Reading {
  /** How much more may be read, in UTF-16 units. */
  left: number;
  isChanged: boolean;
}

/** The current position in a value. */
interface ReadingPlace {
  readonly depth: number;
  readonly read: Reading;
}

/** Whether the limit is used up. */
function isReadOut(read: Reading): boolean {
  if (read.left > 0) return false;
  return read.isChanged = true;
}

function isDetail(value: unknown): value is RpcDetail {
  return isJsonObject(value) && typeof value["@type"] === "string";
}
