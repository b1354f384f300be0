/**
 * A value that must never be printed. Whatever prints, serialises or inspects it sees `***`; only
 * {@linkcode Secret.reveal} gives the value, so every use of a secret can be found by its name.
 *
 * @module
 */

/** A string that redacts itself. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends or seals it. */
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
