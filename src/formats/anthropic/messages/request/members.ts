/**
 * Reads members of a request, with errors that name the member and what it has to be.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/invalid_field.ts";

/** An object of the request, and its path: empty for the body. */
export interface Place {
  readonly object: JsonObject;
  readonly path: string;
}

/** The path of a member. */
export function pathOf({ path }: Place, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A text; undefined if it is absent or null. */
export function textMember(place: Place, name: string): string | undefined {
  const value = place.object[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalidField(pathOf(place, name), `"${pathOf(place, name)}" has to be a text`);
}

/** A text that has to be there. */
export function requiredText(place: Place, name: string): string {
  const text = textMember(place, name);
  if (text !== undefined) return text;
  throw missing(place, name, "a text");
}

/** A number; undefined if it is absent or null. */
export function numberMember(place: Place, name: string): number | undefined {
  const value = place.object[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalidField(pathOf(place, name), `"${pathOf(place, name)}" has to be a number`);
}

/** A whole number; undefined if it is absent or null. */
export function wholeNumberMember(place: Place, name: string): number | undefined {
  const value = numberMember(place, name);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw invalidField(pathOf(place, name), `"${pathOf(place, name)}" has to be a whole number`);
}

/** True or false; undefined if it is absent or null. */
export function booleanMember(place: Place, name: string): boolean | undefined {
  const value = place.object[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw invalidField(pathOf(place, name), `"${pathOf(place, name)}" has to be true or false`);
}

/** An object; undefined if it is absent or null. */
export function objectMember(place: Place, name: string): Place | undefined {
  const value = place.object[name] ?? undefined;
  const path = pathOf(place, name);
  if (value === undefined) return undefined;
  if (isJsonObject(value)) return { object: value, path };
  throw invalidField(path, `"${path}" has to be an object`);
}

/** An object that has to be there. */
export function requiredObject(place: Place, name: string): Place {
  const object = objectMember(place, name);
  if (object !== undefined) return object;
  throw missing(place, name, "an object");
}

/** A list of objects; empty if it is absent or null. */
export function objectsMember(place: Place, name: string): Place[] {
  const value = place.object[name] ?? [];
  const path = pathOf(place, name);
  if (!Array.isArray(value)) throw invalidField(path, `"${path}" has to be a list`);
  return value.map((object: unknown, index) => {
    if (isJsonObject(object)) return { object, path: `${path}[${index}]` };
    throw invalidField(`${path}[${index}]`, `"${path}[${index}]" has to be an object`);
  });
}

/** A list of texts; empty if it is absent or null. */
export function textsMember(place: Place, name: string): string[] {
  const value = place.object[name] ?? [];
  const path = pathOf(place, name);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw invalidField(path, `"${path}" has to be a list of texts`);
}

/** The error for a member that is absent. */
function missing(place: Place, name: string, kind: string) {
  return invalidField(pathOf(place, name), `"${pathOf(place, name)}" is missing: add ${kind}`);
}
