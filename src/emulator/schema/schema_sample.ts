/**
 * Generates a value that satisfies a schema: Google's OpenAPI subset or JSON Schema, type names in any
 * case. `pattern` is ignored.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { numberAt, objectAt, objectsAt, textAt } from "../json.ts";

/** Below this depth only required properties are generated, so that recursive schemas end. */
const DEEP = 6;
const BOTTOM = 24;

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-02T03:04:05Z",
  date: "2026-01-02",
  time: "03:04:05Z",
  duration: "PT1M",
  email: "made-up@example.com",
  uri: "https://example.com/made-up",
  uuid: "00000000-0000-4000-8000-000000000000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
};

/** Names of arguments for a folder: agents run what they are told to, and "." exists everywhere. */
const FOLDER = /^(?:dir_|directory_|folder_)?(?:path|dir|directory|folder)$/i;

/**
 * Returns a value for `schema`.
 *
 * @param schema Any JSON; for anything that is not a schema the value is a text.
 * @param name A word for generated texts, for example the property's name.
 */
export function sampleOf(schema: unknown, name = "value"): unknown {
  return sample(schema, { root: schema, name, depth: 0 });
}

interface Place {
  readonly root: unknown;
  readonly name: string;
  readonly depth: number;
}

function sample(schema: unknown, place: Place): unknown {
  if (!isJsonObject(schema) || place.depth > BOTTOM) return `made-up ${place.name}`;
  const deeper = { ...place, depth: place.depth + 1 };
  const ref = textAt(schema, "$ref") ?? textAt(schema, "ref");
  if (ref !== undefined) return sample(resolve(ref, place.root), deeper);
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"]) && schema["enum"].length > 0) return schema["enum"][0];
  const all = objectsAt(schema, "allOf");
  if (all.length > 0) return sample(merge(schema, all), deeper);
  const choice = objectsAt(schema, "anyOf")[0] ?? objectsAt(schema, "oneOf")[0];
  if (choice !== undefined) return sample({ ...schema, anyOf: [], oneOf: [], ...choice }, deeper);
  switch (typeOf(schema)) {
    case "object":
      return sampleObject(schema, place);
    case "array":
      return sampleArray(schema, deeper);
    case "integer":
      return sampleNumber(schema, 1);
    case "number":
      return sampleNumber(schema, 0);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleText(schema, place.name);
  }
}

function typeOf(schema: JsonObject): string {
  const types = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]];
  const names = types.filter((type) => typeof type === "string").map((type) => type.toLowerCase());
  const name = names.find((type) => type !== "null") ?? names[0];
  if (name !== undefined && name !== "type_unspecified") return name;
  return "properties" in schema ? "object" : "items" in schema ? "array" : "string";
}

function sampleObject(schema: JsonObject, place: Place): JsonObject {
  const properties = objectAt(schema, "properties") ?? {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const value: Record<string, unknown> = {};
  for (const name of Object.keys(properties)) {
    if (place.depth > DEEP && !required.includes(name)) continue;
    value[name] = sample(properties[name], { ...place, name, depth: place.depth + 1 });
  }
  for (const name of required) {
    if (typeof name === "string" && !(name in value)) value[name] = `made-up ${name}`;
  }
  return value;
}

function sampleArray(schema: JsonObject, deeper: Place): unknown[] {
  const most = numberAt(schema, "maxItems") ?? Infinity;
  const least = numberAt(schema, "minItems") ?? 0;
  const wanted = Math.min(Math.max(least, deeper.depth > DEEP ? 0 : 1), most);
  const count = Number.isFinite(wanted) ? wanted : 1;
  const prefix = objectsAt(schema, "prefixItems");
  const length = Math.max(count, Math.min(prefix.length, most));
  return Array.from({ length }, (_, index) => sample(prefix[index] ?? schema["items"], deeper));
}

function sampleNumber(schema: JsonObject, step: 0 | 1): number {
  const edge = step === 1 ? 1 : 0.5;
  const above = numberAt(schema, "exclusiveMinimum");
  const below = numberAt(schema, "exclusiveMaximum");
  const least = numberAt(schema, "minimum") ?? (above === undefined ? undefined : above + edge);
  const most = numberAt(schema, "maximum") ?? (below === undefined ? undefined : below - edge);
  const multiple = numberAt(schema, "multipleOf");
  const wanted = Math.min(Math.max(1, least ?? 1), most ?? Infinity);
  const number = step === 1 ? Math.ceil(wanted) : wanted;
  return multiple === undefined ? number : Math.ceil(number / multiple) * multiple;
}

function sampleText(schema: JsonObject, name: string): string {
  const format = FORMATS[textAt(schema, "format") ?? ""];
  if (format !== undefined) return format;
  const sample = FOLDER.test(name) ? "." : `made-up ${name}`;
  const text = sample.padEnd(numberAt(schema, "minLength") ?? 0, ".");
  return text.slice(0, numberAt(schema, "maxLength") ?? text.length);
}

/** Resolves a reference like `#/$defs/Name`; only within the same schema. */
function resolve(ref: string, root: unknown): unknown {
  let value = root;
  for (const step of ref.replace(/^#\/?/, "").split("/").filter((word) => word !== "")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    value = isJsonObject(value) ? value[key] : undefined;
  }
  return value;
}

function merge(schema: JsonObject, all: readonly JsonObject[]): JsonObject {
  const merged: Record<string, unknown> = { ...schema, allOf: [] };
  for (const part of all) {
    const properties = { ...objectAt(merged, "properties"), ...objectAt(part, "properties") };
    const required = [merged["required"], part["required"]].flatMap((list) =>
      Array.isArray(list) ? list : []
    );
    Object.assign(merged, part, { properties, required });
  }
  return merged;
}
