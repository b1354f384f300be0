/**
 * Compares the shape of a response with that of a recorded one.
 *
 * @module
 */
import { isJsonObject } from "../../../../src/base/json.ts";

/** What Pollux has nothing to say about: random padding, and what OpenAI alone counts or judges. */
const NOT_OURS: ReadonlySet<string> = new Set([
  "obfuscation",
  "moderation",
  "cache_write_tokens",
]);

/** What Pollux may have beyond a recorded response: OpenAI's responses do not always have them. */
const MORE: ReadonlySet<string> = new Set([
  "service_tier",
  "logprobs",
  "refusal",
  "arguments",
  "annotations",
]);

/**
 * The differences in members and types. Null is of every type; of lists the first items are compared.
 *
 * @param recorded What the real API sent.
 * @param ours What Pollux sends.
 * @returns The path of each difference.
 */
export function shapeFaults(recorded: unknown, ours: unknown, path = ""): string[] {
  if (recorded === null || ours === null) return [];
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    return recorded.length === 0 || ours.length === 0
      ? []
      : shapeFaults(recorded[0], ours[0], `${path}[0]`);
  }
  if (isJsonObject(recorded) && isJsonObject(ours)) {
    const missing = Object.keys(recorded).filter((name) => !(name in ours) && !NOT_OURS.has(name));
    const more = Object.keys(ours).filter((name) => !(name in recorded) && !MORE.has(name));
    return [
      ...missing.map((name) => `${path}.${name} is missing`),
      ...more.map((name) => `${path}.${name} is not in the recorded one`),
      ...Object.keys(recorded).filter((name) => name in ours)
        .flatMap((name) => shapeFaults(recorded[name], ours[name], `${path}.${name}`)),
    ];
  }
  const same = typeof recorded === typeof ours && Array.isArray(recorded) === Array.isArray(ours);
  return same ? [] : [`${path} is of another type`];
}
