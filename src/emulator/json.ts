/**
 * Reads JSON of unknown shape: each function returns the value if it has the expected type, else a
 * neutral value.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../base/json.ts";

/** The object at `key`, or undefined. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isJsonObject(value) ? value : undefined;
}

/** The objects in the array at `key`; empty if there is no array. */
export function objectsAt(object: JsonObject | undefined, key: string): JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The string at `key`, or undefined. */
export function textAt(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The strings in the array at `key`; empty if there is no array. */
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
