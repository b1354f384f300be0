/**
 * A value that must never be printed. Printing, serialising or inspecting it gives `***`; only
 * {@linkcode Secret.reveal} returns the value, so every use of a secret can be found by that name.
 *
 * @module
 */

/** A string that redacts itself. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for code that sends or encrypts it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}
