/**
 * Logs a few lines, as its arguments say: format, level, a value for a property, and how: "line" for
 * the logger that areas with a line for every call have, "template" for the other one. What follows is
 * the level of the area alone; "secret" as the value is a secret.
 *
 * @module
 */
import { Secret } from "../../src/accounts/secret.ts";
import { Redaction } from "../../src/gemini/redaction/redaction.ts";
import { type LogLevel, openLog } from "../../src/telemetry/log.ts";
import { planted } from "../support/planted.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

const [format, wanted, word = "", how, wantedOfArea] = Deno.args;
const level = LEVELS.find((name) => name === wanted) ?? "info";
const levelOfArea = LEVELS.find((name) => name === wantedOfArea);
const secret = new Secret(planted("key"));
const value = word === "secret" ? String(secret) : word;

await using log = openLog({
  format: format === "json" ? "json" : "text",
  level,
  levels: levelOfArea === undefined ? {} : { calls: levelOfArea },
  redaction: new Redaction(),
});
const properties = {
  ...(word === "secret" ? { value: secret, nested: { list: [secret] } } : { value }),
  status: 200,
  absent: undefined,
};
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
