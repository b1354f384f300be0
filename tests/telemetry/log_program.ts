/**
 * Logs a few lines, as its arguments say: format, level, a value for a property, and how: "line" for
 * the logger that areas with a line for every call have.
 *
 * @module
 */
import { withoutEmails } from "../../src/gemini/without_emails.ts";
import { type LogOptions, openLog } from "../../src/telemetry/log.ts";

const LEVELS: readonly LogOptions["level"][] = ["debug", "info", "warning", "error"];

const [format, wanted, value = "", how] = Deno.args;
const level = LEVELS.find((name) => name === wanted) ?? "info";

await using log = openLog({
  format: format === "json" ? "json" : "text",
  level,
  clean: withoutEmails,
});
const properties = { value, status: 200, absent: undefined };
if (how === "line") {
  const logger = log.lineLogger("calls");
  logger.write("debug", ["A debug line: ", value], properties);
  logger.write("info", ["An info line: ", value], properties);
  logger.write("warning", ["A warning line: ", value], properties);
  logger.write("error", ["An error line: ", value], properties);
} else {
  const logger = log.logger("calls");
  logger.debug("A debug line: {value}", properties);
  logger.info("An info line: {value}", properties);
  logger.warn("A warning line: {value}", properties);
  logger.error("An error line: {value}", properties);
}
