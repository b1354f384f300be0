/**
 * Checks JSON against a table of shapes, as the Interactions API does: names in snake_case only, no
 * unknown parameter, and one error for the first violation.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { invalidRequest, unknownParameter } from "./string_codes.ts";

/**
 * The fields of a message. A field's notation is `string`, `boolean`, `integer`, `number`, `object`,
 * `any` or the name of a message; with `[]` after it a list, with `map:` before it a map; `|` joins
 * alternatives, `!` at the end marks a required field. The field `*` accepts all other names.
 */
export type Fields = Readonly<Record<string, string>>;

/**
 * Messages by name. A message that is one of several by its `type` has a row for each:
 * `Tool.function`, `Tool.google_search`; `Tool.*` is for all other types.
 */
export type Shapes = Readonly<Record<string, Fields>>;

/**
 * Checks a body.
 *
 * @param message Its name in `shapes`.
 * @throws A GoogleError for the first violation.
 */
export function checkShape(body: JsonObject, message: string, shapes: Shapes): void {
  new ShapeCheck(shapes).message(body, message, "");
}

class ShapeCheck {
  readonly #shapes: Shapes;

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  message(json: JsonObject, name: string, path: string): void {
    const fields = this.#shapes[name] ?? this.#variant(json, name, path);
    for (const [key, value] of Object.entries(json)) {
      const notation = fields[key] ?? fields["*"];
      const inner = path === "" ? key : `${path}.${key}`;
      if (notation === undefined) throw unknownParameter(key, path);
      if (value !== null) this.#value(value, notation.replace(/!$/, ""), inner);
    }
    for (const [key, notation] of Object.entries(fields)) {
      if (notation.endsWith("!") && (json[key] ?? null) === null) {
        throw invalidRequest(`Missing required parameter '${key}'${path && ` at '${path}'`}.`);
      }
    }
  }

  #variant(json: JsonObject, name: string, path: string): Fields {
    const { type } = json;
    const found = this.#shapes[`${name}.${type}`] ?? this.#shapes[`${name}.*`];
    if (found !== undefined) return { type: "string", ...found };
    if (type === undefined) throw invalidRequest(`Missing required parameter 'type' at '${path}'.`);
    const supported = Object.keys(this.#shapes).filter((key) => key.startsWith(`${name}.`))
      .map((key) => `'${key.slice(name.length + 1)}'`).join(", ");
    throw invalidRequest(
      `The value '${type}' is not supported for 'type' at '${path}'. Supported values: ${supported}.`,
    );
  }

  #value(value: unknown, notation: string, path: string): void {
    const alternatives = notation.startsWith("map:") ? [notation] : notation.split("|");
    const fitting = alternatives.filter((one) => isOfKind(value, one));
    const [one] = fitting;
    if (one === undefined) {
      throw invalidRequest(`Invalid value at '${path}': expected ${notation}.`);
    }
    // Two lists differ by their items: that which knows the first one's type is meant.
    const chosen = fitting.length > 1 && Array.isArray(value)
      ? fitting.find((list) => this.#knows(list.slice(0, -2), value[0])) ?? one
      : one;
    this.#chosen(value, chosen, path);
  }

  #chosen(value: unknown, notation: string, path: string): void {
    if (notation.endsWith("[]")) {
      const items = Array.isArray(value) ? value : [];
      items.forEach((item, index) => this.#value(item, notation.slice(0, -2), `${path}[${index}]`));
    } else if (notation.startsWith("map:") && isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        this.#value(item, notation.slice(4), `${path}.${key}`);
      }
    } else if (/^[A-Z]/.test(notation) && isJsonObject(value)) {
      this.message(value, notation, path);
    }
  }

  #knows(name: string, item: unknown): boolean {
    return isJsonObject(item) && this.#shapes[`${name}.${item["type"]}`] !== undefined;
  }
}

function isOfKind(value: unknown, notation: string): boolean {
  if (notation.endsWith("[]")) return Array.isArray(value);
  switch (notation) {
    case "any":
      return true;
    case "integer":
      return Number.isInteger(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    default:
      return isJsonObject(value);
  }
}
