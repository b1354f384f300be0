/**
 * The flags of `pollux keys create` and `edit`, and what they mean.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import { defined } from "../../base/defined.ts";
import { isLabel, LABEL_WORDS, modelPattern, PATTERN_WORDS } from "../../base/labels.ts";
import { NO_TIME_SPAN, timeSpan } from "../../base/time_span.ts";
import { KEY_RIGHTS, type KeyLimits, type KeyRight } from "../../keys/client_key.ts";
import { END_OF_TIME_MS, type KeySettings, MOST_RULES } from "../../keys/key_book.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";

/** The flags as parsed; false comes from `--no-…` of `edit` and removes the value. */
export interface KeyOptions extends AccountsOptions {
  readonly name?: string;
  readonly requestsPerMinute?: number | false;
  readonly tokensPerMinute?: number | false;
  readonly requestsPerDay?: number | false;
  readonly tokensPerDay?: number | false;
  readonly tokensPerMonth?: number | false;
  readonly budget?: NonNullable<KeyLimits["budget"]> | false;
  readonly maxConcurrent?: number | false;
  readonly allow?: readonly string[] | false;
  readonly deny?: readonly string[] | false;
  readonly accounts?: readonly string[] | false;
  readonly may?: readonly KeyRight[] | false;
  /** In ms since the epoch. */
  readonly expires?: number | false;
  readonly label?: readonly string[] | false;
}

/** Microdollars of a dollar. */
const MICRO = 1_000_000;

/** Adds the flags for what a key may use. With `isEdit`, each has a `--no-` form that removes the value. */
export function withKeyOptions(
  command: Command,
  { isEdit }: { readonly isEdit: boolean },
): Command {
  const flags: readonly Flag[] = [
    ["requests-per-minute", "<count>", "requests within any minute", counted],
    ["tokens-per-minute", "<count>", "tokens within any minute, as in 500k", counted],
    ["requests-per-day", "<count>", "requests per day (UTC)", counted],
    ["tokens-per-day", "<count>", "tokens per day (UTC), as in 2M", counted],
    ["tokens-per-month", "<count>", "tokens per month (UTC)", counted],
    ["budget", "<amount>", "cost, as in 20usd/month or 1.50usd/day (UTC)", budgetOf],
    ["max-concurrent", "<count>", "requests at once", counted],
    ["allow", "<pattern>", "only these models; * matches any text; repeatable", patterns],
    ["deny", "<pattern>", "never these models; repeatable", patterns],
    ["accounts", "<account>", "only accounts with this name or label; repeatable", labels],
    ["may", "<rights>", "calls, metrics, or both: what the key opens (default: calls)", rightsOf],
    ["expires", "<time>", "as in 30d, 12h or 2027-01-31 (UTC)", expiryOf],
    ["label", "<label>", "your own label; repeatable", labels],
  ];
  for (const [name, value, description, parse] of flags) {
    command.option(`--${name} ${value}`, description, parse);
    if (isEdit) command.option(`--no-${name}`, `remove ${REMOVED[name] ?? "the limit"}`);
  }
  return command;
}

/** A flag: its name, its value, its description, and how its value is read. */
type Flag = readonly [
  name: string,
  value: string,
  description: string,
  parse: (text: string, previous: unknown) => unknown,
];

/** What a `--no-` form removes; by default, a limit. */
const REMOVED: Readonly<Record<string, string>> = {
  allow: "the patterns",
  deny: "the patterns",
  accounts: "the restriction: every account",
  may: "them: calls alone",
  expires: "the end",
  label: "all labels",
};

/** The settings of a key with the changes that the flags ask for. */
export function changedSettings(settings: KeySettings, options: KeyOptions): KeySettings {
  const { limits } = settings;
  const expiresAtMs = changed(options.expires, settings.expiresAtMs);
  return {
    name: options.name ?? settings.name,
    labels: changed(options.label, settings.labels) ?? [],
    allow: changed(options.allow, settings.allow) ?? [],
    deny: changed(options.deny, settings.deny) ?? [],
    accounts: changed(options.accounts, settings.accounts) ?? [],
    limits: defined({
      requestsPerMinute: changed(options.requestsPerMinute, limits.requestsPerMinute),
      tokensPerMinute: changed(options.tokensPerMinute, limits.tokensPerMinute),
      requestsPerDay: changed(options.requestsPerDay, limits.requestsPerDay),
      tokensPerDay: changed(options.tokensPerDay, limits.tokensPerDay),
      tokensPerMonth: changed(options.tokensPerMonth, limits.tokensPerMonth),
      budget: changed(options.budget, limits.budget),
      maxConcurrent: changed(options.maxConcurrent, limits.maxConcurrent),
    }),
    ...defined({ expiresAtMs, may: changed(options.may, settings.may) }),
  };
}

/** The value of a flag; without the flag, the value so far; none for its `--no-` form. */
function changed<Value>(
  flag: Value | false | undefined,
  soFar: Value | undefined,
): Value | undefined {
  return flag === false ? undefined : flag ?? soFar;
}

/** Reads a length of time as in `24h`, in ms. */
export function timeOf(text: string): number {
  const ms = timeSpan(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError(NO_TIME_SPAN);
}

function counted(text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,12})([kM]?)$/.exec(text) ?? [];
  const count = Number(digits) * (unit === "M" ? 1_000_000 : unit === "k" ? 1000 : 1);
  if (digits !== "" && count > 0 && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError("It must be a whole number of 1 or more, as in 60, 500k or 2M");
}

function budgetOf(text: string): NonNullable<KeyLimits["budget"]> {
  const [, amount = "", per = ""] =
    /^\$?(\d{1,9}(?:\.\d{1,6})?)(?:usd)?\/(day|month)$/i.exec(text) ??
      [];
  const microUsd = Math.round(Number(amount) * MICRO);
  if (microUsd > 0) return { microUsd, per: per.toLowerCase() === "day" ? "day" : "month" };
  throw new InvalidArgumentError("It must be an amount per day or month, as in 20usd/month");
}

function expiryOf(text: string): number {
  const nowMs = Date.now();
  const atMs = /^\d{1,6}[mhdw]$/.test(text) ? nowMs + timeOf(text) : momentOf(text);
  if (atMs > nowMs && atMs < END_OF_TIME_MS) return atMs;
  throw new InvalidArgumentError(
    Number.isNaN(atMs)
      ? "It must be a time from now, as in 30d, or a date, as in 2027-01-31"
      : atMs > nowMs
      ? "It must be before the year 10000; --no-expires of keys edit removes the end"
      : "It must be in the future",
  );
}

/** A date, or a moment with its zone, in ms since the epoch; NaN for anything else. */
function momentOf(text: string): number {
  const [, date = ""] = /^(\d{4}-\d\d-\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const dayMs = Date.parse(date);
  // Date.parse takes February 30 for March 2.
  const isReal = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(date);
  return isReal ? Date.parse(text) : NaN;
}

function rightsOf(text: string, previous: unknown): readonly KeyRight[] {
  const words = text.split(",");
  const rights = KEY_RIGHTS.filter((right) =>
    words.includes(right) || (Array.isArray(previous) && previous.includes(right))
  );
  if (words.every((word) => rights.some((right) => right === word))) return rights;
  throw new InvalidArgumentError("It must be calls, metrics, or calls,metrics");
}

function patterns(text: string, previous: unknown): readonly string[] {
  const pattern = modelPattern(text);
  if (pattern !== undefined) return extended(previous, [pattern]);
  throw new InvalidArgumentError(`It must ${PATTERN_WORDS}`);
}

function labels(text: string, previous: unknown): readonly string[] {
  const names = text.split(",");
  if (names.every(isLabel)) return extended(previous, names);
  throw new InvalidArgumentError(`It must ${LABEL_WORDS}`);
}

/**
 * The values of a repeatable flag, each once.
 *
 * @param previous The values so far: undefined at first, false after a `--no-…`.
 */
function extended(previous: unknown, more: readonly string[]): readonly string[] {
  const values = [...new Set([...(Array.isArray(previous) ? previous : []), ...more])];
  // A key has to fit into a value of the store, and its rules are read for every call.
  if (values.length <= MOST_RULES) return values;
  throw new InvalidArgumentError(`It must be given at most ${MOST_RULES} times`);
}
