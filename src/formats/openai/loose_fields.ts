/**
 * Reads the fields of a request whose numbers and flags may be written as text, as they are in forms.
 *
 * @module
 */
import { invalidField } from "../shared/fields/invalid_field.ts";
import { RequestFields } from "../shared/fields/request_fields.ts";

/** The bounds of a number. */
export interface Bounds {
  readonly least: number;
  /** Default: none. */
  readonly most?: number;
}

/** The fields of a form, or of a body whose clients treat it as one. */
export class LooseFields extends RequestFields {
  override number(name: string): number | undefined {
    const number = numberOf(this.value(name));
    return number === undefined || Number.isNaN(number) ? super.number(name) : number;
  }

  override flag(name: string): boolean | undefined {
    const value = this.value(name);
    return value === "true" || value === "false" ? value === "true" : super.flag(name);
  }

  /**
   * A number within bounds.
   *
   * @throws {RpcError} INVALID_ARGUMENT if it is none, or out of bounds.
   */
  numberWithin(name: string, { least, most = Infinity }: Bounds): number | undefined {
    const value = this.value(name);
    const number = numberOf(value);
    if (value === undefined) return undefined;
    if (number !== undefined && number >= least && number <= most) return number;
    const field = this.path(name);
    const range = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`;
    throw invalidField(field, `"${field}" has to be a number ${range}`);
  }

  /**
   * An integer within bounds.
   *
   * @throws {RpcError} INVALID_ARGUMENT if it is none, or out of bounds.
   */
  integerWithin(name: string, bounds: Bounds): number | undefined {
    this.numberWithin(name, bounds);
    return this.integer(name);
  }
}

/** A number, also one that is written as text; undefined for anything else, NaN for a text that is none. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : undefined;
}
