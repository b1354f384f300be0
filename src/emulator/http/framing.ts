/**
 * The bytes of a streamed response: Google's server-sent events (CRLF, no `[DONE]`) and its JSON array.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";

/** One way to frame a stream. */
export interface Framing {
  readonly contentType: string;
  /** Returns the text of a message, without the end of the stream. */
  frames(messages: readonly unknown[]): string[];
  /** The end of a complete stream, sent together with its last message. */
  readonly end: string;
  /** Returns the text of an error that follows `sent` messages and ends the stream. */
  errorFrame(error: unknown, sent: number): string;
  /** The text of a stream without messages. */
  readonly empty: string;
}

const LINE_ENDS = { crlf: "\r\n", lf: "\n", cr: "\r" } as const;

const JSON_TYPE = "application/json; charset=UTF-8";

/** Formats JSON like Google: indented by two spaces, with a line break at the end. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Server-sent events.
 *
 * @param options `lineEnd`: Google's is `crlf`; `ending`: how the last event is truncated, if it is.
 */
export function sseFraming(
  options: {
    readonly lineEnd?: "crlf" | "lf" | "cr";
    readonly ending?: "no-blank-line" | "truncated";
  } = {},
): Framing {
  const blank = LINE_ENDS[options.lineEnd ?? "crlf"].repeat(2);
  return {
    contentType: "text/event-stream",
    empty: "",
    end: "",
    frames(messages) {
      return messages.map((message, index) => {
        const event = `data: ${JSON.stringify(message)}`;
        if (options.ending === undefined || index < messages.length - 1) return event + blank;
        return options.ending === "truncated" ? event.slice(0, event.length / 2) : event;
      });
    },
    errorFrame(error) {
      return `data: ${JSON.stringify(error)}${blank}`;
    },
  };
}

/** Server-sent events with names, and `[DONE]` at the end, as in interactions: lines end in LF. */
export function namedFraming(options: Parameters<typeof sseFraming>[0] = {}): Framing {
  const plain = sseFraming({ lineEnd: "lf", ...options });
  const end = LINE_ENDS[options.lineEnd ?? "lf"];
  const named = (text: string, name: unknown) => `event: ${name}${end}${text}`;
  return {
    ...plain,
    end: options.ending === undefined ? named(`data: [DONE]${end}${end}`, "done") : "",
    frames(messages) {
      return plain.frames(messages).map((text, nth) => named(text, eventType(messages[nth])));
    },
    errorFrame(error, sent) {
      const event = { ...(isJsonObject(error) ? error : {}), event_type: "error" };
      return named(plain.errorFrame(event, sent), "error");
    },
  };
}

function eventType(message: unknown): unknown {
  return isJsonObject(message) ? message["event_type"] : undefined;
}

/** The JSON array that Google streams without `alt=sse`: `[{…}\n,\r\n{…}\n]`, with nothing after it. */
export const ARRAY_FRAMING: Framing = {
  contentType: JSON_TYPE,
  empty: "[]",
  end: "]",
  frames(messages) {
    return messages.map((message, index) => `${index === 0 ? "[" : ",\r\n"}${prettyJson(message)}`);
  },
  errorFrame(error, sent) {
    return `${sent === 0 ? "[" : ",\r\n"}${prettyJson(error)}]`;
  },
};

/**
 * Splits a write within its first multi-byte UTF-8 sequence; returns one piece if there is none.
 */
export function splitInsideCharacter(bytes: Uint8Array): Uint8Array[] {
  const lead = bytes.findIndex((byte) => byte >= 0xc0);
  return lead < 0 ? [bytes] : [bytes.subarray(0, lead + 1), bytes.subarray(lead + 1)];
}
