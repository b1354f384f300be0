/**
 * Converts a client's JSON Schema to the form that Google accepts in `parametersJsonSchema` and `responseJsonSchema`.
 * It stays as it is but for what Google refuses.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/structured-output}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { invalidField } from "../fields/invalid_field.ts";

/** Most levels of a schema. */
const MOST_LEVELS = 200;

/** Keywords that are no part of the schema itself. */
const DROPPED: ReadonlySet<string> = new Set(["$schema", "strict"]);

/** Keywords whose value is one schema. */
const ONE: ReadonlySet<string> = new Set([
  "items",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "propertyNames",
  "unevaluatedItems",
]);

/** Keywords whose value is a list of schemas; `items` may be one, too. */
const LISTS: ReadonlySet<string> = new Set(["anyOf", "oneOf", "allOf", "prefixItems", "items"]);

/** Keywords whose value is an object of schemas by name. */
const MAPS: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "definitions",
]);

/**
 * The schema for Google: `$schema` and `strict` are dropped, and the schema `true` becomes `{}`. All else stays.
 *
 * @param field The field that holds it, for errors.
 * @throws {RpcError} INVALID_ARGUMENT if it is nested too deep.
 */
export function nativeSchema(schema: JsonObject, field = "schema"): JsonObject {
  return converted(schema, { field, level: 0 });
}

interface Place {
  readonly field: string;
  readonly level: number;
}

function converted(schema: JsonObject, { field, level }: Place): JsonObject {
  if (level > MOST_LEVELS) {
    throw invalidField(field, `"${field}" has more than ${MOST_LEVELS} levels; use "$ref"`);
  }
  const inner = { field, level: level + 1 };
  const entries: [string, unknown][] = [];
  for (const [name, value] of Object.entries(schema)) {
    if (DROPPED.has(name)) continue;
    entries.push([name, convertedKeyword(name, { value, inner })]);
  }
  return Object.fromEntries(entries);
}

function convertedKeyword(
  name: string,
  { value, inner }: { readonly value: unknown; readonly inner: Place },
): unknown {
  if (LISTS.has(name) && Array.isArray(value)) return value.map((item) => subSchema(item, inner));
  if (ONE.has(name)) return subSchema(value, inner);
  if (MAPS.has(name) && isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, subSchema(item, inner)]),
    );
  }
  // `additionalProperties: false` is a schema that Google takes.
  if (name === "additionalProperties" && isJsonObject(value)) return converted(value, inner);
  return value;
}

function subSchema(value: unknown, inner: Place): unknown {
  if (value === true) return {};
  return isJsonObject(value) ? converted(value, inner) : value;
}
