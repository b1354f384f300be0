/**
 * The signature of a `thinking` block: a Gemini thought signature, and which kind of part it belongs to. The prefix
 * tells it from the signatures of other providers' models, which Gemini would refuse.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */

/** A thought signature and its place. */
export interface PlacedSignature {
  /** As Google wrote it. */
  readonly signature: string;
  /** Whether it was on the thought itself, or on the text that follows it. */
  readonly on: "thought" | "text";
}

const FORM = /^gemini-(thought|text):(.+)$/s;

/** The signature as a client gets it. Clients send it back unchanged. */
export function signatureForClient({ signature, on }: PlacedSignature): string {
  return `gemini-${on}:${signature}`;
}

/** The Gemini signature in a client's `thinking` block; undefined if it is of another provider. */
export function signatureFromClient(text: string): PlacedSignature | undefined {
  const [, on, signature] = FORM.exec(text) ?? [];
  return signature === undefined
    ? undefined
    : { signature, on: on === "text" ? "text" : "thought" };
}
