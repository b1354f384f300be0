/**
 * A JSON object of which Pollux reads a few fields and passes on the rest.
 *
 * @module
 */

/** A JSON object whose fields have not been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A field under either of the spellings that proto3 JSON accepts.
 *
 * @param object The message.
 * @param camel Its camelCase name; the snake_case one is looked up when this one is absent.
 * @see {@link https://protobuf.dev/programming-guides/json/#field-representation}
 */
export function field(object: JsonObject, camel: string): unknown {
  const value = object[camel];
  return value !== undefined ? value : object[snakeCase(camel)];
}

/** The fields that are asked for are few; each is spelled out once. */
const snakeCases = new Map<string, string>();

function snakeCase(camel: string): string {
  const known = snakeCases.get(camel);
  if (known !== undefined) return known;
  const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakeCases.set(camel, snake);
  return snake;
}
