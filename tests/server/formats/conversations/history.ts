/**
 * A conversation with function calls, whatever the format that its client speaks.
 *
 * @module
 */

/** A call of the model, as the client has it. */
export interface Call {
  /** The id that the gateway gave it. */
  readonly id: string;
  readonly name: string;
  /** As JSON. */
  readonly args: string;
}

/** One message. */
export type Message =
  | { readonly type: "user"; readonly text: string }
  | {
    readonly type: "model";
    readonly text: string;
    readonly calls: readonly Call[];
    /** What the client keeps of the response in its own format; absent if it keeps only the members above. */
    readonly own?: OwnResponse;
  }
  | { readonly type: "results"; readonly calls: readonly Call[] };

/** A response in one format, as the next request repeats it. */
export interface OwnResponse {
  readonly format: FormatName;
  /** The messages, items or blocks. */
  readonly value: readonly unknown[];
}

/** A format. */
export type FormatName = "chat" | "responses" | "stored responses" | "messages";

/** What a client reads of a response. */
export interface Reply {
  readonly text: string;
  readonly calls: readonly Call[];
  /** The response as the client repeats it. */
  readonly own: readonly unknown[];
}

/** How a client speaks a format. */
export interface ClientFormat {
  readonly name: FormatName;
  /** The path of the request after the gateway's address. */
  readonly path: string;
  /** Builds the body of a request. */
  body(history: readonly Message[], options: RequestOptions): unknown;
  /** Reads a whole response, or the events of a stream. */
  read(text: string, isStream: boolean): Reply;
}

/** The options of one request. */
export interface RequestOptions {
  readonly model: string;
  readonly isStream: boolean;
  /** The names of the functions; none for a conversation that only has texts. */
  readonly functions: readonly string[];
}

/** The schema of every function. */
export const PARAMETERS = {
  type: "object",
  properties: { place: { type: "string" }, days: { type: "integer" } },
} as const;

/** The tools of a request; it has none without functions. */
export function toolsOf(
  functions: readonly string[],
  toolOf: (name: string) => unknown,
): { readonly tools?: readonly unknown[] } {
  return functions.length === 0 ? {} : { tools: functions.map(toolOf) };
}

/** The data of server-sent events, as JSON; without `[DONE]`. */
// deno-lint-ignore no-explicit-any -- read as deep as a test needs
export function eventsIn(text: string): any[] {
  return text.split("\n\n").flatMap((frame) => {
    const data = frame.split("\n").filter((line) => line.startsWith("data: "))
      .map((line) => line.slice("data: ".length)).join("\n");
    return data === "" || data === "[DONE]" ? [] : [JSON.parse(data)];
  });
}

/** The members of a response that its own format repeats, if the client kept them. */
export function ownOf(message: Message, format: FormatName): readonly unknown[] | undefined {
  return message.type === "model" && message.own?.format === format ? message.own.value : undefined;
}
