/**
 * Every setting: its name, its values, its default.
 *
 * @module
 */
import ms, { type StringValue } from "ms";
import { z } from "zod";
import { parseYaml } from "./parse_yaml.ts";

const NO_TIME = 'must be a time, as in "30s", "5m" or "1h"';

/** Timers count ms in 32 bits; beyond that they go off at once. */
const LONGEST_TIMER_MS = 24 * 86_400_000;

/** A time: a number is seconds; text has a unit, as in `30s`, `5m`, `1h`. Read as ms. */
const duration = z.union([z.number(), z.string()], NO_TIME).transform((value, context) => {
  const inMs = toMs(value);
  if (Number.isFinite(inMs) && inMs > 0) return inMs;
  context.addIssue(NO_TIME);
  return z.NEVER;
});

/** A time that a timer waits for. */
const wait = duration.refine((inMs) => inMs <= LONGEST_TIMER_MS, 'must be at most "24d"');

/** A list; an environment variable has its items separated by commas. */
const list = z.preprocess(
  (value) => typeof value === "string" ? value.split(",").map(trimmed).filter(Boolean) : value,
  z.array(z.string()),
);

const NO_MAP = "must be a map, as in {alias: model}";

/** A map of names; an environment variable has it in YAML's short form, `{a: b}`. */
const names = z.preprocess((value, context) => {
  if (typeof value !== "string") return value;
  try {
    return parseYaml(value);
  } catch (error) {
    context.addIssue(`${NO_MAP}: ${error instanceof Error ? error.message : error}`);
    return z.NEVER;
  }
}, z.record(z.string(), z.string(), NO_MAP));

/** A number; an environment variable has it as text. */
function numeric(schema: z.ZodNumber) {
  return z.preprocess(
    (value) => typeof value === "string" && value.trim() !== "" ? Number(value) : value,
    schema,
  );
}

const NO_SERVER =
  'must be a server\'s URL, as in "https://kv.example.com", without a name or password';

/** The URL of a server, which is no place for a secret: messages show it. */
const serverUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}` === "" &&
    `${url.search}${url.hash}` === "";
}, NO_SERVER);

/** The settings, as a configuration file has them. A key that is not here is an error. */
export const configSchema = z.strictObject({
  server: z.strictObject({
    /** Address to listen on. */
    host: z.string().min(1).default("127.0.0.1"),
    port: numeric(z.number().int().min(0).max(65535)).default(8045),
    /** Names besides the loopback ones under which clients may call. */
    allowed_hosts: list.default([]),
    /** Origins of web pages that may call, as in `https://example.com`. */
    cors_origins: list.default([]),
    /** Largest request body, in MiB. */
    max_body_mib: numeric(z.number().positive()).default(100),
    /** Longest that a request body may take to arrive. */
    body_timeout: wait.default(120_000),
    /** Longest that calls in flight may go on after the gateway was told to stop. */
    drain_timeout: wait.default(30_000),
  }).prefault({}),
  auth: z.strictObject({
    mode: z.enum(["off", "strict", "all_except_health", "auto"]).default("auto"),
    /** The gateway's own key. */
    api_key: z.string("must be text; a key of digits needs quotes").optional(),
  }).prefault({}),
  streaming: z.strictObject({
    /** What a streaming request without `alt` gets; `json` is what Google does. */
    default_format: z.enum(["sse", "json"]).default("sse"),
    /** What becomes of a `data: [DONE]` that upstream sent. */
    done_sentinel: z.enum(["pass", "strip"]).default("pass"),
  }).prefault({}),
  routing: z.strictObject({
    /** Most upstream requests for one client call. */
    max_attempts: numeric(z.number().int().min(1).max(10)).default(3),
    /** How calls are spread over accounts. */
    strategy: z.enum(["balance", "cache_first", "performance_first"]).default("balance"),
    /** How long an unused conversation stays with its account. */
    session_ttl: duration.default(3_600_000),
    /** Longest wait for a busy account; with `cache_first` also for the conversation's own. */
    max_wait: wait.default(30_000),
    /** Most calls that wait for a busy account at the same time. */
    max_waiting: numeric(z.number().int().min(0).max(100_000)).default(100),
  }).prefault({}),
  timeouts: z.strictObject({
    /** Longest wait for an answer's first content, or for the head of one that is not streamed. */
    first_byte: wait.default(300_000),
    /** Longest silence within a stream. */
    idle: wait.default(300_000),
    /** Longest that a call may take in all. */
    total: wait.default(1_800_000),
  }).prefault({}),
  models: z.strictObject({
    /** Target model by alias; `*` stands for any run of characters. */
    aliases: names.default({}),
  }).prefault({}),
  store: z.strictObject({
    /** A KV Connect server that several gateways share; without it everything is in the data folder. */
    url: serverUrl.optional(),
    /** The server's access token. */
    token: z.string("must be text; a token of digits needs quotes").optional(),
    /** The file that holds the token. */
    token_file: z.string().min(1).optional(),
  }).prefault({}),
  log: z.strictObject({
    level: z.enum(["debug", "info", "warning", "error"]).default("info"),
    /** `auto` is text on a terminal and JSON elsewhere. */
    format: z.enum(["auto", "text", "json"]).default("auto"),
  }).prefault({}),
});

/** The settings in force. Times are in ms. */
export type Config = z.infer<typeof configSchema>;

function toMs(value: number | string): number {
  if (typeof value === "number") return value * 1000;
  if (/^[\d.]+$/.test(value)) return Number(value) * 1000;
  return value === "" ? Number.NaN : ms(value as StringValue);
}

function trimmed(text: string): string {
  return text.trim();
}
