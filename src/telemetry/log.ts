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

/** The least serious lines that are logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Takes out of a line what nobody may see, and what a terminal would obey. */
export interface LineRedaction {
  /** Of text: the line stays one. */
  line(text: string): string;
  /** Of JSON: it stays JSON. */
  jsonLine(json: string): string;
}

/** How to log. */
export interface LogOptions {
  readonly level: LogLevel;
  /** By area, where it is not `level`. */
  readonly levels: Readonly<Record<string, LogLevel | undefined>>;
  readonly format: "text" | "json";
  /** What every line passes. */
  readonly redaction: LineRedaction;
}

/** Writes the lines of an area that has one for every call: LogTape's own way costs a fifth of a call. */
export interface LineLogger {
  /** Whether a line shows its properties beside the message; text lines do not. */
  readonly showsProperties: boolean;
  /**
   * Writes a line.
   *
   * @param message Its words, then a value, words again, and so on: text lines show no value raw.
   * @param properties What a JSON line has beside the message; only plain values.
   */
  write(
    level: LogLevel,
    message: readonly (string | number)[],
    properties: Record<string, unknown>,
  ): void;
}

/** An open log. */
export interface Log extends AsyncDisposable {
  /** Logs another way from now on. */
  change(options: Omit<LogOptions, "redaction">): void;
  /** The logger of one area of the gateway. */
  logger(area: string): Logger;
  /** The same for an area with a line for every call. */
  lineLogger(area: string): LineLogger;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** The least serious level that is logged of an area, as a place in {@linkcode LEVELS}. */
interface Threshold {
  lowest: number;
}

/**
 * Opens the log. Lines are held for a moment and written together: no call waits for a terminal.
 *
 * @param options How to log.
 * @returns To be disposed of at the end, which writes what is still held.
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
  /** By area; looked up once for a logger, not for a line. */
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
          // What is logged of an area may be less serious than what is logged of all.
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
 * LogTape's own JSON formatter inspects every value, at several times the cost; these are all plain. What
 * needs no escaping is written as it is, and the properties are not spread into another object: a line
 * comes with every call.
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

/** Many lines of a busy gateway fall into one millisecond. */
function timeOf(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastTime = new Date(ms).toISOString();
  }
  return lastTime;
}
