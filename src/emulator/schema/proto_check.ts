/**
 * Reads JSON as protobuf does: strict about names and types, lenient about spelling (camelCase and
 * snake_case, enums as names or numbers, numbers as text, a single object for a list), and normalizes
 * it: camelCase, enum names, numbers. Errors have Google's messages.
 *
 * @see {@link https://protobuf.dev/programming-guides/json/}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { ENUMS, type Flavour, MESSAGES } from "./proto_schema.ts";

/** One violation in a body. */
export interface Violation {
  /** Path in proto names, as `contents[0].parts[1]`; empty for the root. */
  readonly field: string;
  readonly description: string;
}

/** The result of checking a body. */
export interface CheckedMessage {
  /** The normalized body, without the invalid parts. */
  readonly value: JsonObject;
  /** Empty if Google would accept the body. */
  readonly violations: readonly Violation[];
}

interface Field {
  readonly jsonName: string;
  readonly protoName: string;
  readonly shape: "one" | "list" | "map";
  readonly type: string;
}

type Fields = ReadonlyMap<string, Field>;

/** The context of checking one body. */
interface Walk {
  readonly messages: ReadonlyMap<string, Fields>;
  /** Type URL of the schema's package; the prefix of names of messages and enums. */
  readonly prefix: string;
  readonly violations: Violation[];
}

const COMPILED: Readonly<Record<Flavour, ReadonlyMap<string, Fields>>> = {
  dev: compile("dev"),
  vertex: compile("vertex"),
};

/** Type names that Google's messages use for scalars. */
const SCALAR_NAMES: Readonly<Record<string, string>> = {
  string: "TYPE_STRING",
  bool: "TYPE_BOOL",
  int32: "TYPE_INT32",
  int64: "TYPE_INT64",
  double: "TYPE_DOUBLE",
  bytes: "TYPE_BYTES",
  struct: "type.googleapis.com/google.protobuf.Struct",
};

const PACKAGES: Readonly<Record<Flavour, string>> = {
  dev: "type.googleapis.com/google.ai.generativelanguage.v1beta.",
  vertex: "type.googleapis.com/google.cloud.aiplatform.v1beta1.",
};

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Reads `json` as a message of the schema table.
 *
 * @param json Parsed JSON of any shape.
 * @param options `message`: a name in {@linkcode MESSAGES}; `flavour`: the API whose schema applies.
 */
export function checkMessage(
  json: unknown,
  options: { readonly message: string; readonly flavour: Flavour },
): CheckedMessage {
  const { flavour } = options;
  const walk: Walk = {
    messages: COMPILED[flavour],
    prefix: PACKAGES[flavour],
    violations: [],
  };
  if (!isJsonObject(json)) {
    walk.violations.push({
      field: "",
      description:
        'Invalid JSON payload received. Unknown name "": Root element must be a message.',
    });
    return { value: {}, violations: walk.violations };
  }
  const value = readMessage(json, { type: options.message, path: "", walk });
  return { value, violations: walk.violations };
}

interface At {
  readonly type: string;
  readonly path: string;
  readonly walk: Walk;
}

function readMessage(json: JsonObject, at: At): JsonObject {
  const fields = at.walk.messages.get(at.type);
  const value: Record<string, unknown> = {};
  for (const key of Object.keys(json)) {
    const field = fields?.get(key);
    const item = json[key];
    if (field === undefined) unknownName(key, at);
    else if (item !== null) {
      const path = at.path === "" ? field.protoName : `${at.path}.${field.protoName}`;
      const read = readField(item, { field, path, walk: at.walk });
      if (read !== undefined) value[field.jsonName] = read;
    }
  }
  return value;
}

function readField(
  json: unknown,
  at: { readonly field: Field; readonly path: string; readonly walk: Walk },
): unknown {
  const { field, path, walk } = at;
  const { type } = field;
  if (field.shape === "list") {
    const items = Array.isArray(json) ? json : [json];
    return items.map((item, index) => readValue(item, { type, path: `${path}[${index}]`, walk }))
      .filter((item) => item !== undefined);
  }
  if (field.shape === "map") {
    if (!isJsonObject(json)) return invalid(json, { type: `#${type}`, path, walk });
    const value: Record<string, unknown> = {};
    Object.keys(json).forEach((key, index) => {
      value[key] = readValue(json[key], { type, path: `${path}[${index}].value`, walk });
    });
    return value;
  }
  if (Array.isArray(json) && type !== "value") {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf(".")));
    unknownName(field.protoName, {
      path: parent,
      walk,
      why: "Proto field is not repeating, cannot start list.",
    });
    return undefined;
  }
  return readValue(json, { type, path, walk });
}

function readValue(json: unknown, at: At): unknown {
  switch (at.type) {
    case "value":
      return json;
    case "struct":
      return isJsonObject(json) ? json : invalid(json, at);
    case "string":
      return typeof json === "string" ? json : invalid(json, at);
    case "bool":
      return typeof json === "boolean" ? json : invalid(json, at);
    case "double":
      return readNumber(json) ?? invalid(json, at);
    case "int32":
    case "int64": {
      const number = readNumber(json);
      return Number.isInteger(number) ? number : invalid(json, at);
    }
    case "bytes":
      return readBytes(json, at);
    default:
      if (at.type.startsWith("#")) return readEnum(json, at);
      return isJsonObject(json)
        ? readMessage(json, at)
        : invalid(json, { ...at, type: `#${at.type}` });
  }
}

function readNumber(json: unknown): number | undefined {
  if (typeof json === "number") return json;
  if (typeof json !== "string" || json.trim() === "") return undefined;
  const number = Number(json);
  return Number.isNaN(number) ? undefined : number;
}

/** Base64, standard or URL-safe, padded or not; a length of 4n+1 encodes nothing. */
function readBytes(json: unknown, at: At): unknown {
  if (typeof json !== "string") return invalid(json, at);
  // The pattern allows two at most, so the search is short.
  if (BASE64.test(json) && json.replace(/=+$/, "").length % 4 !== 1) return json;
  at.walk.violations.push({
    field: at.path,
    description: `Invalid value at '${at.path}' (TYPE_BYTES), Base64 decoding failed for "${
      clip(json)
    }"`,
  });
  return undefined;
}

/** Enum names in any case, since Google's own documents write `"type": "string"`. */
function readEnum(json: unknown, at: At): unknown {
  const names = ENUMS[at.type.slice(1)] ?? [];
  const number = readNumber(json);
  if (number !== undefined && Number.isInteger(number)) return names[number] || number;
  if (typeof json === "string" && json !== "" && names.includes(json.toUpperCase())) {
    return json.toUpperCase();
  }
  return invalid(json, at);
}

function invalid(json: unknown, at: At): undefined {
  const type = SCALAR_NAMES[at.type] ?? at.type.replace("#", at.walk.prefix);
  at.walk.violations.push({
    field: at.path,
    description: `Invalid value at '${at.path}' (${type}), ${clip(JSON.stringify(json))}`,
  });
  return undefined;
}

function unknownName(
  name: string,
  at: { readonly path: string; readonly walk: Walk; readonly why?: string },
): void {
  const { path, walk, why = "Cannot find field." } = at;
  const place = path === "" ? "" : ` at '${path}'`;
  walk.violations.push({
    field: path,
    description: `Invalid JSON payload received. Unknown name "${name}"${place}: ${why}`,
  });
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function compile(flavour: Flavour): ReadonlyMap<string, Fields> {
  const messages = new Map<string, Fields>();
  for (const [message, table] of Object.entries(MESSAGES)) {
    const fields = new Map<string, Field>();
    for (const [jsonName, notation] of Object.entries(table)) {
      const [only, rest] = notation.includes(" ") ? notation.split(" ") : [flavour, notation];
      if (only !== flavour || rest === undefined) continue;
      const protoName = jsonName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const shape = rest.endsWith("[]") ? "list" : rest.startsWith("map:") ? "map" : "one";
      const type = rest.replace("[]", "").replace("map:", "");
      const field: Field = { jsonName, protoName, shape, type };
      fields.set(jsonName, field);
      fields.set(protoName, field);
    }
    messages.set(message, fields);
  }
  return messages;
}
