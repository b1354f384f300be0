/**
 * Reads, writes and removes the file of a service definition, but only if Pollux wrote it.
 *
 * @module
 */
import { dirname } from "node:path";
import { utf8Bytes } from "../base/text/text.ts";
import { MARKER } from "./service_subject.ts";

/** What exists at the path of a definition. */
export type DefinitionState = "missing" | "current" | "different" | "foreign";

/** The path of a definition. */
export interface DefinitionPlace {
  readonly path: string;
  readonly encoding: "utf-8" | "utf-16le";
}

/** A definition and its path. */
export interface DefinitionFile extends DefinitionPlace {
  readonly text: string;
}

const BYTE_ORDER_MARK = "\ufeff";

/**
 * Compares the file with its expected content.
 *
 * @throws {Error} when it cannot be read.
 */
export async function definitionState(definition: DefinitionFile): Promise<DefinitionState> {
  const found = await readDefinition(definition);
  if (found === undefined) return "missing";
  if (!found.includes(MARKER)) return "foreign";
  return found === definition.text ? "current" : "different";
}

/**
 * Writes the file atomically, if there is none or one of Pollux's.
 *
 * @returns What was there before.
 * @throws {Error} when another program's file is there, or it cannot be written.
 */
export async function writeDefinition(definition: DefinitionFile): Promise<DefinitionState> {
  const { path } = definition;
  const state = await definitionState(definition);
  if (state === "foreign") throw notOurs(path);
  if (state === "current") return state;
  const draft = `${path}.new`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o755 });
    // launchd refuses files that others may write; service managers must be able to read it.
    await Deno.writeFile(draft, bytesOf(definition), { mode: 0o644 });
    await Deno.rename(draft, path);
  } catch (cause) {
    throw cannot("write", path, cause);
  }
  return state;
}

/**
 * Removes the file.
 *
 * @returns Whether there was one.
 * @throws {Error} when it is not Pollux's, or cannot be removed.
 */
export async function removeDefinition(place: DefinitionPlace): Promise<boolean> {
  const { path } = place;
  const found = await readDefinition(place);
  if (found === undefined) return false;
  if (!found.includes(MARKER)) throw notOurs(path);
  try {
    await Deno.remove(path);
  } catch (cause) {
    throw cannot("remove", path, cause);
  }
  return true;
}

/** Reads the text of a definition; undefined if there is none. */
export async function readDefinition(
  { path, encoding }: DefinitionPlace,
): Promise<string | undefined> {
  try {
    return new TextDecoder(encoding).decode(await Deno.readFile(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw cannot("read", path, cause);
  }
}

/** Encodes the file's content; UTF-16 begins with a byte-order mark. */
function bytesOf({ text, encoding }: DefinitionFile): Uint8Array {
  if (encoding === "utf-8") return utf8Bytes(text);
  const marked = BYTE_ORDER_MARK + text;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let at = 0; at < marked.length; at++) view.setUint16(at * 2, marked.charCodeAt(at), true);
  return new Uint8Array(view.buffer);
}

function notOurs(path: string): Error {
  return new Error(`Pollux did not write "${path}", so it stays as it is. Move it away first`);
}

function cannot(what: string, path: string, cause: unknown): Error {
  const reason = cause instanceof Deno.errors.PermissionDenied
    ? "not permitted; a service of the system needs root (sudo); or use --user"
    : cause instanceof Error
    ? cause.message
    : String(cause);
  return new Error(`Cannot ${what} "${path}": ${reason}`, { cause });
}
