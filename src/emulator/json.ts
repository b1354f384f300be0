/**
 * Reading JSON of unknown shape: each reader gives the value where it has the expected type and a
 * neutral one where it has not.
 *
 * @module
 */

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Whether `value` is a JSON object (neither null nor an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at `key`, or undefined. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

/** The objects in the array at `key`; empty where there is no array. */
export function objectsAt(object: JsonObject | undefined, key: string): JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The string at `key`, or undefined. */
export function textAt(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The strings in the array at `key`; empty where there is no array. */
export function textsAt(object: JsonObject | undefined, key: string): string[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isText) : [];
}

/** The number at `key`, or undefined. */
export function numberAt(object: JsonObject | undefined, key: string): number | undefined {
  const value = object?.[key];
  return typeof value === "number" ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
