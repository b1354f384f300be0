/**
 * Every setting: its name, its values, its default.
 *
 * @module
 */
import ms, { type StringValue } from "ms";
import { parse } from "yaml";
import { z } from "zod";

/** A time: a number is seconds; text has a unit, as in `30s`, `5m`, `1h`. Read as ms. */
const duration = z.union([z.number(), z.string()]).transform((value, context) => {
  const text = typeof value === "string" && /^[\d.]+$/.test(value) ? Number(value) : value;
  const inMs = typeof text === "number" ? text * 1000 : ms(text as StringValue);
  if (Number.isFinite(inMs) && inMs > 0) return inMs;
  context.addIssue('must be a time, as in "30s", "5m" or "1h"');
  return z.NEVER;
});

/** A list; an environment variable has its items separated by commas. */
const list = z.preprocess(
  (value) => typeof value === "string" ? value.split(",").map(trimmed).filter(Boolean) : value,
  z.array(z.string()),
);

/** A map of names; an environment variable has it in YAML's short form, `{a: b}`. */
const names = z.preprocess(
  (value) => typeof value === "string" ? parse(value) : value,
  z.record(z.string(), z.string()),
);

const port = z.coerce.number().int().min(0).max(65535);

/** The settings, as a configuration file has them. A key that is not here is an error. */
export const configSchema = z.strictObject({
  server: z.strictObject({
    /** Address to listen on. */
    host: z.string().min(1).default("127.0.0.1"),
    port: port.default(8045),
    /** Names besides the loopback ones under which clients may call. */
    allowed_hosts: list.default([]),
    /** Origins of web pages that may call, as in `https://example.com`. */
    cors_origins: list.default([]),
    /** Largest request body, in MiB. */
    max_body_mib: z.coerce.number().positive().default(100),
    /** Longest that a request body may take to arrive. */
    body_timeout: duration.default(120_000),
    /** Longest that calls in flight may go on after the gateway was told to stop. */
    drain_timeout: duration.default(30_000),
  }).prefault({}),
  auth: z.strictObject({
    mode: z.enum(["off", "strict", "all_except_health", "auto"]).default("auto"),
    /** The gateway's own key. */
    api_key: z.coerce.string().optional(),
  }).prefault({}),
  streaming: z.strictObject({
    /** What a streaming request without `alt` gets; `json` is what Google does. */
    default_format: z.enum(["sse", "json"]).default("sse"),
    /** What becomes of a `data: [DONE]` that upstream sent. */
    done_sentinel: z.enum(["pass", "strip"]).default("pass"),
  }).prefault({}),
  routing: z.strictObject({
    /** Most upstream requests for one client call. */
    max_attempts: z.coerce.number().int().min(1).max(10).default(3),
    /** How long an unused conversation stays with its account. */
    session_ttl: duration.default(3_600_000),
  }).prefault({}),
  timeouts: z.strictObject({
    /** Longest wait for an upstream's first event, or for a whole answer that is not streamed. */
    first_byte: duration.default(300_000),
    /** Longest silence within a stream. */
    idle: duration.default(300_000),
    /** Longest that a call may take in all. */
    total: duration.default(1_800_000),
  }).prefault({}),
  models: z.strictObject({
    /** Target model by alias; `*` stands for any run of characters. */
    aliases: names.default({}),
  }).prefault({}),
  log: z.strictObject({
    level: z.enum(["debug", "info", "warning", "error"]).default("info"),
    /** `auto` is text on a terminal and JSON elsewhere. */
    format: z.enum(["auto", "text", "json"]).default("auto"),
  }).prefault({}),
});

/** The settings in force. Times are in ms. */
export type Config = z.infer<typeof configSchema>;

function trimmed(text: string): string {
  return text.trim();
}
