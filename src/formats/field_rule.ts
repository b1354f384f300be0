/**
 * How the fields of a request are treated: the rules check requests, and are the tables in the documentation.
 *
 * @module
 */

/** How one field of a request is treated. */
export interface FieldRule {
  /** The field's name; members of objects after a dot, as `stream_options.include_usage`. */
  readonly name: string;
  /** `mapped`: it has an effect. `ignored`: it is accepted without one. `refused`: a request with it gets a 400. */
  readonly treatment: "mapped" | "ignored" | "refused";
  /** Where it goes, or why not: for the table in the documentation. */
  readonly note: string;
}

/** The rule of a field that has an effect; `note` says which. */
export function mapped(name: string, note: string): FieldRule {
  return { name, treatment: "mapped", note };
}

/** The rule of a field that is accepted without an effect; `note` says why it has none. */
export function ignored(name: string, note: string): FieldRule {
  return { name, treatment: "ignored", note };
}

/** The rule of a field whose requests get a 400; `note` says why, and is in the error. */
export function refused(name: string, note: string): FieldRule {
  return { name, treatment: "refused", note };
}
