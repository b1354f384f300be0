/**
 * Logs a few lines, as its arguments say: format, level, and a value for a property.
 *
 * @module
 */
import { withoutEmails } from "../../src/gemini/without_emails.ts";
import { type LogOptions, openLog } from "../../src/telemetry/log.ts";

const LEVELS: readonly LogOptions["level"][] = ["debug", "info", "warning", "error"];

const [format, wanted, value = ""] = Deno.args;
const level = LEVELS.find((name) => name === wanted) ?? "info";

await using log = openLog({
  format: format === "json" ? "json" : "text",
  level,
  clean: withoutEmails,
});
const logger = log.logger("calls");
const properties = { value, status: 200, absent: undefined };
logger.debug("A debug line: {value}", properties);
logger.info("An info line: {value}", properties);
logger.warn("A warning line: {value}", properties);
logger.error("An error line: {value}", properties);
