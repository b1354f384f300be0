/**
 * The life that a client gives a cache: `ttl` or `expireTime`, not both.
 *
 * @module
 */
import { badRequest } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";

/** Life of a cache for which a client gives none, in ms. */
const DEFAULT_LIFE_MS = 3_600_000;

/** @see {@link https://protobuf.dev/reference/protobuf/google.protobuf/#duration} */
const DURATION = /^(\d{1,12}(?:\.\d{1,9})?)s$/;

/** @see {@link https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp} */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Returns when a cache expires, in ms.
 *
 * @param body A CachedContent in the form that `checkMessage` returns.
 * @throws A GoogleError for two times, or a malformed or past one.
 */
export function readExpiry(body: JsonObject, now: number): number {
  const ttl = textAt(body, "ttl");
  const expireTime = textAt(body, "expireTime");
  if (ttl !== undefined && expireTime !== undefined) {
    throw invalid(
      "cached_content",
      "(oneof), oneof field 'expiration' is already set. Cannot set 'expireTime'",
    );
  }
  if (ttl !== undefined) return now + readDuration(ttl);
  if (expireTime === undefined) return now + DEFAULT_LIFE_MS;
  const options = { place: "cached_content.expire_time", field: "expireTime", now };
  return readFutureTime(expireTime, options);
}

/**
 * Returns a time of expiry in ms.
 *
 * @param text RFC 3339.
 * @param options `place`: the field's path in proto names; `field`: its name in JSON.
 * @throws A GoogleError for a malformed or past one.
 */
export function readFutureTime(
  text: string,
  options: { readonly place: string; readonly field: string; readonly now: number },
): number {
  const { place, field, now } = options;
  const time = TIMESTAMP.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) {
    throw invalid(
      place,
      `(type.googleapis.com/google.protobuf.Timestamp), Field '${field}', Invalid time format: ` +
        `Failed to parse input "${text}"`,
    );
  }
  if (time > now) return time;
  throw invalid(place, `(oneof), ${place.split(".").at(-1)} must be in the future`);
}

function readDuration(ttl: string): number {
  const seconds = Number(DURATION.exec(ttl)?.[1]);
  if (Number.isNaN(seconds)) {
    throw invalid(
      "cached_content.ttl",
      "(type.googleapis.com/google.protobuf.Duration), Field 'ttl', Illegal duration format; " +
        "duration must end with 's'",
    );
  }
  if (seconds === 0) throw invalid("cached_content.ttl", "(oneof), ttl must be positive");
  return seconds * 1000;
}

function invalid(field: string, why: string): Error {
  return badRequest([{ field, description: `Invalid value at '${field}' ${why}` }]);
}
