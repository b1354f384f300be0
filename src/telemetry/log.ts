/**
 * The gateway's log, on standard error: text for people, JSON for machines. It holds what became of
 * calls, never what was said in them.
 *
 * @module
 */
import {
  configureSync,
  getLogger,
  getTextFormatter,
  type Logger,
  type LogRecord,
} from "@logtape/logtape";
import { LineBuffer } from "./line_buffer.ts";

/** How to log. */
export interface LogOptions {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly format: "text" | "json";
  /** Takes out of a line what nobody may see. */
  readonly clean: (line: string) => string;
}

/** An open log. */
export interface Log extends AsyncDisposable {
  /** The logger of one area of the gateway. */
  logger(area: string): Logger;
}

/**
 * Opens the log. Lines are held for a moment and written together: no call waits for a terminal.
 *
 * @param options How to log.
 * @returns To be disposed of at the end, which writes what is still held.
 */
export function openLog(options: LogOptions): Log {
  const formatter = options.format === "json"
    ? jsonLine
    : getTextFormatter({ timestamp: "time", level: "full", category: ".", value: "bare" });
  const lines = new LineBuffer(Deno.stderr);
  configureSync({
    reset: true,
    sinks: { stderr: (record) => lines.add(options.clean(formatter(record))) },
    loggers: [
      { category: "pollux", sinks: ["stderr"], lowestLevel: options.level },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
    ],
  });
  return {
    logger: (area) => getLogger(["pollux", area]),
    [Symbol.asyncDispose]: () => lines.flush(),
  };
}

/** LogTape's own JSON formatter inspects every value, at several times the cost; these are all plain. */
function jsonLine({ timestamp, level, category, message, properties }: LogRecord): string {
  const line = {
    time: new Date(timestamp).toISOString(),
    level,
    area: category.slice(1).join("."),
    message: message.join(""),
    ...properties,
  };
  return `${JSON.stringify(line)}\n`;
}
