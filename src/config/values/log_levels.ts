/**
 * The areas of the log, and their levels.
 *
 * @module
 */
import * as z from "zod";
import { nearName } from "../../base/text/near_name.ts";
import { yamlText } from "./value_types.ts";

/** The lowest level that is logged. */
export const logLevel = z.enum(["debug", "info", "warning", "error"]);

const NO_LEVELS = "must be a map, as in {calls: warning}";

/**
 * The subjects of log lines: finished calls; the gateway itself and its accounts; changes of the
 * configuration; the bodies of requests, which are logged only with `log.bodies_until`.
 */
const areas = z.strictObject({
  calls: logLevel.optional(),
  gateway: logLevel.optional(),
  config: logLevel.optional(),
  bodies: logLevel.optional(),
}, {
  error: (issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map(noSuchArea).join("; ") : NO_LEVELS,
});

/** The area of a line. */
export type LogArea = keyof typeof areas.shape;

/** Levels of some areas; in an environment variable they have YAML's flow style, `{a: b}`. */
export const logLevels = yamlText(areas, NO_LEVELS);

function noSuchArea(typed: string): string {
  const known = Object.keys(areas.shape);
  const near = nearName(typed, known);
  return near === undefined
    ? `unknown area: "${typed}"; known: ${known.join(", ")}`
    : `unknown area: "${typed}"; did you mean "${near}"?`;
}
