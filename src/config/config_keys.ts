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

/** The names of the sections. */
export const SECTIONS: readonly string[] = Object.keys(configSchema.shape);

/** Every key. */
export const CONFIG_KEYS: readonly ConfigKey[] = Object.entries(configSchema.shape)
  .flatMap(([section, keys]) =>
    Object.entries(keys.unwrap().shape).map(([key, schema]) => describe(schema, { section, key }))
  );

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

/** The variable that sets a key: `server.port` is `POLLUX_SERVER_PORT`. */
export function variableOf(key: Pick<ConfigKey, "section" | "key">): string {
  return `POLLUX_${key.section}_${key.key}`.toUpperCase();
}
