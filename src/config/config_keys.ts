/**
 * The keys of the configuration, in the order of the schema.
 *
 * @module
 */
import * as z from "zod";
import { type ConfigNote, configNotes, configSchema } from "./schema.ts";
import { TIME_TYPES } from "./values/value_types.ts";

/** A key and its properties. */
export interface ConfigKey extends ConfigNote {
  /** Its section; one within another has a name like `server.tls`. */
  readonly section: string;
  readonly key: string;
  /** As in `server.port`. */
  readonly name: string;
  /** The variable that sets it, as in `POLLUX_SERVER_PORT`. */
  readonly variable: string;
  /** The default in the notation of a file; undefined if there is none. */
  readonly default: unknown;
  /** Whether it is a time, which is in ms in the settings in force. */
  readonly isTime: boolean;
}

/** Each section's keys; a section within another follows it. */
const SHAPES: readonly (readonly [section: string, keys: Readonly<Record<string, z.ZodType>>])[] =
  Object.entries(configSchema.shape).flatMap(([name, section]) => shapesOf(name, section));

/** The names of the sections; one within another has a name like `server.tls`. */
export const SECTIONS: readonly string[] = SHAPES.map(([section]) => section);

/** Every key. */
export const CONFIG_KEYS: readonly ConfigKey[] = SHAPES.flatMap(([section, keys]) =>
  Object.entries(keys).map(([key, schema]) => describe(schema, { section, key }))
);

function shapesOf(name: string, section: z.ZodType): typeof SHAPES {
  const keys = shapeOf(section) ?? {};
  const inner = Object.entries(keys).filter(([, schema]) => shapeOf(schema) !== undefined);
  const own = Object.entries(keys).filter(([, schema]) => shapeOf(schema) === undefined);
  return [
    [name, Object.fromEntries(own)],
    ...inner.flatMap(([key, schema]) => shapesOf(`${name}.${key}`, schema)),
  ];
}

/** The keys of a section; undefined for a key. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  if (!(schema instanceof z.ZodPrefault)) return undefined;
  const object = schema.unwrap();
  return object instanceof z.ZodObject ? object.shape : undefined;
}

/**
 * Finds the section that a path of keys leads to or through.
 *
 * @returns Its name, and the rest of the path.
 */
export function sectionOf(
  path: readonly PropertyKey[],
): { readonly section: string; readonly rest: readonly PropertyKey[] } {
  const inner = path.slice(0, 2).join(".");
  const depth = path.length > 1 && SECTIONS.includes(inner) ? 2 : 1;
  return { section: path.slice(0, depth).join("."), rest: path.slice(depth) };
}

function describe(
  schema: z.ZodType,
  { section, key }: { readonly section: string; readonly key: string },
): ConfigKey {
  const note = configNotes.get(schema);
  if (note === undefined) throw new Error(`Nothing says what ${section}.${key} is for`);
  const optional = schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return {
    ...note,
    section,
    key,
    name: `${section}.${key}`,
    variable: variableOf({ section, key }),
    default: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
    isTime: optional && TIME_TYPES.has(schema.unwrap()),
  };
}

/** The variable that sets a key: `server.tls.port` is `POLLUX_SERVER_TLS_PORT`. */
export function variableOf(key: Pick<ConfigKey, "section" | "key">): string {
  return `POLLUX_${key.section.replaceAll(".", "_")}_${key.key}`.toUpperCase();
}
