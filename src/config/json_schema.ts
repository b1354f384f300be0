/**
 * The configuration's JSON Schema, with which editors complete and check the file.
 *
 * @module
 */
import * as z from "zod";
import { configNotes, configSchema } from "./schema.ts";
import { TIME_TYPES } from "./values/value_types.ts";

/** Editors support draft 7. */
const DRAFT = "draft-7";

/** The notation of a time, for editors; the parser checks the units. */
const TIME = {
  anyOf: [
    { type: "number", exclusiveMinimum: 0 },
    { type: "string", pattern: String.raw`^\d*\.?\d+ *[A-Za-z]*$` },
  ],
} as const;

/** The schema of the configuration file. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, {
    target: DRAFT,
    io: "input",
    metadata: configNotes,
    override({ zodSchema, jsonSchema }) {
      // Metadata that editors do not need.
      delete jsonSchema["isSecret"];
      delete jsonSchema["needsRestart"];
      if (!(zodSchema instanceof z.ZodPrefault) || !TIME_TYPES.has(zodSchema.unwrap())) return;
      Object.assign(jsonSchema, TIME);
      jsonSchema.description += "; a number is seconds, text has a unit, as in 30s, 5m or 1h";
    },
  });
  return { ...schema, title: "Pollux's configuration" };
}
