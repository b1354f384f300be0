/**
 * Takes out of words what nobody may see: the secrets that they may repeat, e-mail addresses, and characters
 * that a terminal would obey. Errors, logs, status, kept reasons and headers of Pollux's own pass it; the
 * content of successful responses never does.
 *
 * @module
 */
import { isJsonObject } from "../json_object.ts";
import { type RpcDetail, RpcError } from "../rpc_error.ts";
import { DecodedText, type Span } from "./decoded_text.ts";
import { emailSpans } from "./email_spans.ts";
import { printable, printableLine } from "./printable.ts";
import { secretForms } from "./secret_forms.ts";

/** What stands for what was taken out. */
const MASK = "***";

/** Most secrets that are remembered of those learnt later: tokens follow one another. */
const MOST_LEARNT = 8;

/** Details within details beyond this depth are taken out: nothing that helps lies so deep. */
const DEEPEST = 64;

/**
 * Longest text of an error, in UTF-16 units, and most texts of its details: nothing that helps is so long,
 * and it must not keep others waiting.
 */
const LONGEST_TEXT = 16 * 1024;
const MOST_TEXTS = 2000;

/** What a cut may have left of a secret or an address, in UTF-16 units. */
const TORN = 512;

/** Whether there may be anything but a secret as it is in a text: most have not. */
const NOTABLE = /[^\t\n\x20-\x24\x27-\x3f\x41-\x5b\x5d-\x7e]/;

/** A secret that shows itself only when it is asked to. */
export interface KnownSecret {
  reveal(): string;
}

/** Knows some secrets, and takes them out of words, along with every e-mail address. */
export class Redaction {
  readonly #forms: ReadonlySet<string>;
  /** By secret, the oldest first. */
  readonly #learnt = new Map<string, readonly string[]>();

  /** @param secrets Those that may be repeated. Very short ones are not looked for. */
  constructor(secrets: Iterable<KnownSecret> = []) {
    this.#forms = new Set([...secrets].flatMap((secret) => secretForms(secret.reveal())));
  }

  /** Minds one more secret, such as a new token. The oldest of those so learnt is forgotten for it. */
  learn(secret: string): void {
    if (this.#learnt.has(secret)) return;
    this.#learnt.set(secret, secretForms(secret));
    const [oldest] = this.#learnt.keys();
    if (this.#learnt.size > MOST_LEARNT && oldest !== undefined) this.#learnt.delete(oldest);
  }

  /** The text with `***` for secrets and addresses, fit for a terminal. Lines stay lines. */
  text(text: string): string {
    const masked = this.mask(text);
    return NOTABLE.test(masked) ? printable(masked) : masked;
  }

  /** The same in one line, for a log. */
  line(text: string): string {
    return printableLine(this.mask(text));
  }

  /** The same for JSON text, which stays JSON. */
  jsonLine(json: string): string {
    const masked = this.#masked(json, true);
    return NOTABLE.test(masked) ? printableLine(masked) : masked;
  }

  /** The text with `***` for secrets and addresses, and otherwise as it is. */
  mask(text: string): string {
    return this.#masked(text, false);
  }

  /**
   * A value of JSON's types with all its texts redacted, the names of members included. What is very deep,
   * very long or very much is cut.
   */
  value(value: unknown): unknown {
    return this.#value(value, { depth: DEEPEST, budget: { texts: MOST_TEXTS } });
  }

  /** The error with its message and details redacted; the error itself where there is nothing in it. */
  error(error: RpcError): RpcError {
    const message = this.#bounded(error.message);
    const details = error.details.map((detail) => this.value(detail)).filter(isDetail);
    const isSame = message === error.message &&
      (details.length === 0 || JSON.stringify(details) === JSON.stringify(error.details));
    if (isSame) return error;
    const { code, status, retryAfterMs, cause } = error;
    return new RpcError(status, message, {
      code,
      details,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  #value(value: unknown, left: ValueBounds): unknown {
    if (typeof value === "string") return left.budget.texts-- > 0 ? this.#bounded(value) : MASK;
    if (typeof value !== "object" || value === null) return value;
    if (left.depth === 0 || left.budget.texts <= 0) return MASK;
    const inside = { ...left, depth: left.depth - 1 };
    if (Array.isArray(value)) return value.map((item) => this.#value(item, inside));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        left.budget.texts-- > 0 ? this.#bounded(name) : MASK,
        this.#value(member, inside),
      ]),
    );
  }

  #bounded(text: string): string {
    if (text.length <= LONGEST_TEXT) return this.text(text);
    const redacted = this.text(text.slice(0, LONGEST_TEXT));
    return `${redacted.slice(0, -TORN).toWellFormed()}…`;
  }

  #masked(text: string, isJson: boolean): string {
    if (!NOTABLE.test(text)) return withMasks(text, this.#secretSpans(text));
    const isEscaped = DecodedText.isEscaped(text);
    // In JSON text a match could begin within an escape, and the rest would be no JSON any more.
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
    for (const forms of [this.#forms, ...this.#learnt.values()]) {
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
    // What overlaps what was taken out before it needs no mask of its own.
    if (start >= read) pieces.push(text.slice(read, start), MASK);
    read = end;
  }
  pieces.push(text.slice(read));
  return pieces.join("");
}

/** How much more of a value is read. */
interface ValueBounds {
  readonly depth: number;
  readonly budget: { texts: number };
}

function isDetail(value: unknown): value is RpcDetail {
  return isJsonObject(value) && typeof value["@type"] === "string";
}
