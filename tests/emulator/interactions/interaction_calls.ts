/**
 * Calls of interactions, as the SDKs make them.
 *
 * @module
 */
import type { Emulator } from "../../../src/emulator/emulator.ts";

/** A response whose body has been read. */
export interface ReadAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- responses are read as deep as a test needs
  readonly json: any;
}

/** Calls a path below `/v1beta/`; a body is sent as JSON. */
export async function ask(
  [emulator, key]: readonly [Emulator, string],
  target: string,
  body?: unknown,
): Promise<ReadAnswer> {
  const [method = "GET", path = ""] = target.split(" ");
  const response = await fetch(`${emulator.url}/v1beta/${path}`, {
    method,
    headers: { "x-goog-api-key": key, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const isJson = type.startsWith("application/json");
  return { status: response.status, type, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Makes an interaction. */
export function create(
  caller: readonly [Emulator, string],
  body: Readonly<Record<string, unknown>>,
): Promise<ReadAnswer> {
  return ask(caller, "POST interactions", { model: "gemini-3.6-flash", ...body });
}

/** The events of a stream; `[DONE]` is none. */
// deno-lint-ignore no-explicit-any -- events are read as deep as a test needs
export function eventsIn(stream: string): any[] {
  return [...stream.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
}

/** The text of all text deltas. */
export function textOf(stream: string): string {
  return eventsIn(stream).map(({ delta }) => delta?.type === "text" ? delta.text : "").join("");
}
