/**
 * The types of values in a configuration. Each accepts a value of a file and the text of an environment
 * variable.
 *
 * @module
 */
import { posix, win32 } from "node:path";
import ms, { type StringValue } from "ms";
import * as z from "zod";
import { parseYaml } from "../file/parse_yaml.ts";

const NO_TIME = 'must be a time, as in "30s", "5m" or "1h"';

/** Timers count ms in 32 bits; a longer delay fires at once. */
const LONGEST_TIMER_MS = 24 * 86_400_000;

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** A time: a number is seconds; text has a unit, as in `30s`, `5m`, `1h`. Read as ms. */
export const duration = z.union([z.number(), z.string()], NO_TIME).transform((value, context) => {
  const inMs = toMs(value);
  if (Number.isFinite(inMs) && inMs > 0) return inMs;
  context.addIssue(NO_TIME);
  return z.NEVER;
});

/** A time that is used as a timer's delay. */
export const wait = duration.refine((inMs) => inMs <= LONGEST_TIMER_MS, 'must be at most "24d"');

/** The types whose values are times. */
export const TIME_TYPES: ReadonlySet<unknown> = new Set([duration, wait]);

/**
 * Writes a time in the notation of a configuration: `90000` is `90s`.
 *
 * @param inMs Milliseconds.
 */
export function timeText(inMs: number): string {
  for (const [unit, size] of UNITS) if (inMs % size === 0) return `${inMs / size}${unit}`;
  return `${inMs}ms`;
}

const NO_SERVER =
  'must be a server\'s URL, as in "https://kv.example.com", without a name or password';

/** The URL of a server. It must not contain a secret, since messages show it. */
export const serverUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === "";
}, NO_SERVER);

/** An absolute path, which does not depend on the folder that Pollux is started in. */
export const absolutePath = z.string().refine(
  (path) => posix.isAbsolute(path) || win32.isAbsolute(path),
  "must be an absolute path",
);

/** A list; in an environment variable, commas separate its items. */
export const list = z.preprocess(
  (value) => typeof value === "string" ? value.split(",").map(trimmed).filter(Boolean) : value,
  z.array(z.string()),
);

const NO_MAP = "must be a map, as in {alias: model}";

/** A map; in an environment variable it has YAML's flow style, `{a: b}`. */
export function yamlText<Schema extends z.ZodType>(schema: Schema, noMap: string) {
  return z.preprocess((value, context) => {
    if (typeof value !== "string") return value;
    try {
      return parseYaml(value);
    } catch (error) {
      context.addIssue(`${noMap}: ${error instanceof Error ? error.message : error}`);
      return z.NEVER;
    }
  }, schema);
}

/** A map of names. */
export const names = yamlText(z.record(z.string(), z.string(), NO_MAP), NO_MAP);

const NO_MOMENT = 'must be a date and time with its zone, as in "2030-01-31T18:00:00Z"';

/** A date and time in RFC 3339. */
export const moment = z.iso.datetime({ offset: true, error: NO_MOMENT });

/** A number; in an environment variable it is text. */
export function numeric(schema: z.ZodNumber) {
  return z.preprocess(
    (value) => typeof value === "string" && value.trim() !== "" ? Number(value) : value,
    schema,
  );
}

/** True or false; in an environment variable it is text. */
export const flag = z.preprocess(
  (value) => value === "true" ? true : value === "false" ? false : value,
  z.boolean(),
);

function toMs(value: number | string): number {
  if (typeof value === "number") return value * 1000;
  if (/^[\d.]+$/.test(value)) return Number(value) * 1000;
  return value === "" ? Number.NaN : ms(value as StringValue);
}

function trimmed(text: string): string {
  return text.trim();
}
