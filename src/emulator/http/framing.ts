/**
 * The bytes of a streamed response: Google's server-sent events (CRLF, no `[DONE]`) and its JSON array.
 *
 * @module
 */

/** One way to frame a stream. */
export interface Framing {
  readonly contentType: string;
  /** The text of each message, without what ends the stream. */
  frames(messages: readonly unknown[]): string[];
  /** What ends a good stream; goes out together with its last message. */
  readonly end: string;
  /** The text of an error that follows `sent` good messages and ends the stream. */
  errorFrame(error: unknown, sent: number): string;
  /** The text of a stream that holds no message. */
  readonly empty: string;
}

const LINE_ENDS = { crlf: "\r\n", lf: "\n", cr: "\r" } as const;

const JSON_TYPE = "application/json; charset=UTF-8";

/** JSON as Google writes it: two spaces and a last line break. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Server-sent events.
 *
 * @param options `lineEnd`: Google's is `crlf`; `ending`: how the last event is spoiled, if it is.
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

/** The array that Google streams without `alt=sse`: `[{…}\n,\r\n{…}\n]`, nothing after it. */
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
 * Cuts a write in two inside its first UTF-8 sequence of several bytes; one piece where it has none.
 */
export function splitInsideCharacter(bytes: Uint8Array): Uint8Array[] {
  const lead = bytes.findIndex((byte) => byte >= 0xc0);
  return lead < 0 ? [bytes] : [bytes.subarray(0, lead + 1), bytes.subarray(lead + 1)];
}
