/**
 * Reads the fields of an object in a request by their types.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { invalidField } from "./invalid_field.ts";

/**
 * The fields of one object. Every reader returns undefined for a field that is absent or null, and throws an
 * INVALID_ARGUMENT that names a field of another type.
 */
export class RequestFields {
  readonly object: JsonObject;
  readonly #path: string;

  /** @param path The object's own path, such as `messages[2]`; empty for the body. */
  constructor(object: JsonObject, path = "") {
    this.object = object;
    this.#path = path;
  }

  /** The object's own path; empty for the body. */
  get place(): string {
    return this.#path;
  }

  /** The path of a field, for errors. */
  path(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  /** The value of a field as it is. */
  value(name: string): unknown {
    return this.object[name] ?? undefined;
  }

  /** A text. */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "string") return value;
    throw this.#wrong(name, "a text");
  }

  /** A text that has to be there, and not be empty. */
  requiredText(name: string): string {
    const text = this.text(name);
    if (text) return text;
    throw invalidField(this.path(name), `"${this.path(name)}" is missing: it has to be a text`);
  }

  /** A text that has to be there, and may be empty. */
  presentText(name: string): string {
    return this.text(name) ?? this.requiredText(name);
  }

  /** A number. */
  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "number") return value;
    throw this.#wrong(name, "a number");
  }

  /** An integer. */
  integer(name: string): number | undefined {
    const value = this.number(name);
    if (value === undefined || Number.isSafeInteger(value)) return value;
    throw this.#wrong(name, "an integer");
  }

  /** True or false. */
  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.#wrong(name, "true or false");
  }

  /** An object. */
  objectOf(name: string): JsonObject | undefined {
    const value = this.value(name);
    if (value === undefined || isJsonObject(value)) return value;
    throw this.#wrong(name, "an object");
  }

  /** The fields of an object. */
  fields(name: string): RequestFields | undefined {
    const object = this.objectOf(name);
    return object && new RequestFields(object, this.path(name));
  }

  /** The fields of an object that has to be there. */
  requiredFields(name: string): RequestFields {
    const fields = this.fields(name);
    if (fields !== undefined) return fields;
    throw invalidField(this.path(name), `"${this.path(name)}" is missing: it has to be an object`);
  }

  /** A list. What else the field may be, such as a text, is named in errors only. */
  list(name: string, what = "a list"): readonly unknown[] | undefined {
    const value = this.value(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw this.#wrong(name, what);
  }

  /** A list of objects, each with its fields; empty if the field is absent. */
  objects(name: string, what?: string): RequestFields[] {
    return (this.list(name, what) ?? []).map((item, index) => {
      const path = `${this.path(name)}[${index}]`;
      if (isJsonObject(item)) return new RequestFields(item, path);
      throw invalidField(path, `"${path}" has to be an object`);
    });
  }

  /** A list of texts. */
  texts(name: string): string[] | undefined {
    return this.list(name)?.map((item, index) => {
      if (typeof item === "string") return item;
      const path = `${this.path(name)}[${index}]`;
      throw invalidField(path, `"${path}" has to be a text`);
    });
  }

  /** One of some words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw this.#wrong(name, `one of ${words.map((word) => `"${word}"`).join(", ")}`);
  }

  #wrong(name: string, what: string): Error {
    const field = this.path(name);
    return invalidField(field, `"${field}" has to be ${what}`);
  }
}
