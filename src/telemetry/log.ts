/**
 * The gateway's log, on standard error: text for people, JSON for machines.
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

/** The lowest level that is logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Removes secrets and a terminal's control characters from a line. */
export interface LineRedaction {
  /** For text: the result stays one line. */
  line(text: string): string;
  /** For JSON: the result stays valid JSON. */
  jsonLine(json: string): string;
}

/** Options of the log. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Levels of areas that differ from `level`. */
  readonly levels: Readonly<Record<string, LogLevel | undefined>>;
  readonly format: "text" | "json";
  /** Applied to every line. */
  readonly redaction: LineRedaction;
}

/** Writes the lines of an area with a line for every call: LogTape's own logger costs a fifth of a call. */
export interface LineLogger {
  /** Whether a line shows its properties beside the message; text lines do not. */
  readonly showsProperties: boolean;
  /**
   * Writes a line.
   *
   * @param message Text and values alternately, text first: text lines escape the values.
   * @param properties Additional properties of a JSON line; only plain values.
   */
  write(
    level: LogLevel,
    message: readonly (string | number)[],
    properties: Record<string, unknown>,
  ): void;
}

/** An open log. */
export interface Log extends AsyncDisposable {
  /** Changes the options from now on. */
  change(options: Omit<LogOptions, "redaction">): void;
  /** Returns the logger of one area of the gateway. */
  logger(area: string): Logger;
  /** The same for an area with a line for every call. */
  lineLogger(area: string): LineLogger;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** The lowest level that is logged of an area, as an index of {@linkcode LEVELS}. */
interface Threshold {
  lowest: number;
}

/**
 * Opens the log. Lines are buffered and written together, so that no call waits for a terminal.
 *
 * @param options Options of the log.
 * @returns The log, which writes the buffered lines when it is disposed of.
 */
export function openLog(options: LogOptions): Log {
  const textLine = getTextFormatter({
    timestamp: "time",
    level: "full",
    category: ".",
    value: "bare",
  });
  const lines = new LineBuffer(Deno.stderr);
  let formatter = jsonLine;
  /** By area; looked up once for each logger, not for each line. */
  const thresholds = new Map<string, Threshold>();
  let current: Omit<LogOptions, "redaction"> = options;
  function sink(record: LogRecord): void {
    const line = formatter(record).trimEnd();
    const { redaction } = options;
    lines.add(`${formatter === jsonLine ? redaction.jsonLine(line) : redaction.line(line)}\n`);
  }
  function lowestOf(area: string): number {
    return LEVELS.indexOf(current.levels[area] ?? current.level);
  }
  function change(changed: Omit<LogOptions, "redaction">): void {
    current = changed;
    const { level, levels, format } = changed;
    formatter = format === "json" ? jsonLine : textLine;
    for (const [area, threshold] of thresholds) threshold.lowest = lowestOf(area);
    configureSync({
      reset: true,
      sinks: { stderr: sink },
      loggers: [
        { category: "pollux", sinks: ["stderr"], lowestLevel: level },
        ...Object.entries(levels).map(([area, areaLevel = level]) => ({
          category: ["pollux", area],
          sinks: ["stderr" as const],
          // An area's level may be lower than the general one.
          parentSinks: "override" as const,
          lowestLevel: areaLevel,
        })),
        { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
      ],
    });
  }
  change(options);
  return {
    change,
    logger: (area) => getLogger(["pollux", area]),
    lineLogger(area) {
      const category = ["pollux", area];
      const threshold = thresholds.get(area) ?? { lowest: lowestOf(area) };
      thresholds.set(area, threshold);
      return {
        get showsProperties() {
          return current.format === "json";
        },
        write(level, message, properties) {
          if (LEVELS.indexOf(level) < threshold.lowest) return;
          sink({ category, level, message, rawMessage: "", timestamp: Date.now(), properties });
        },
      };
    },
    [Symbol.asyncDispose]: () => lines.close(),
  };
}

/**
 * Formats a JSON line. LogTape's own formatter inspects every value, at several times the cost; these
 * values are all plain. Since every call has a line, text that needs no escaping is written as it is,
 * and the properties are not spread into another object.
 */
function jsonLine({ timestamp, level, category, message, properties }: LogRecord): string {
  const time = timeOf(timestamp);
  const area = category.slice(1).join(".");
  const head = `{"time":"${time}","level":"${level}","area":"${area}","message":`;
  const tail = JSON.stringify(properties);
  return `${head}${JSON.stringify(message.join(""))}${tail === "{}" ? "}" : `,${tail.slice(1)}`}\n`;
}

let lastMs = Number.NaN;
let lastTime = "";

/** Caches the timestamp: a busy gateway writes many lines in one millisecond. */
function timeOf(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastTime = new Date(ms).toISOString();
  }
  return lastTime;
}
