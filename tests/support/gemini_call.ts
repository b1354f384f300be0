/**
 * Calls as a Gemini client makes them, and what came of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { keepPrinted } from "./keep_printed.ts";

/** What differs from a plain `gemini-2.5-flash:generateContent`. */
export interface GeminiCallOptions {
  readonly model?: string;
  readonly method?: "generateContent" | "streamGenerateContent" | "countTokens";
  /** As in `?alt=sse`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What the user says. */
  readonly text?: string;
  /** The body, where it is more than the text. */
  readonly body?: BodyInit;
}

/** Calls a model. */
export function call(gatewayUrl: string, options: GeminiCallOptions = {}): Promise<Response> {
  const { model = "gemini-2.5-flash", method = "generateContent", query = "", headers } = options;
  return fetch(`${gatewayUrl}/v1beta/models/${model}:${method}${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: options.body ?? JSON.stringify(said(options.text ?? "Say something made up")),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** A request in which the user says one thing. */
export function said(text: string): Record<string, unknown> {
  return { contents: [{ role: "user", parts: [{ text }] }] };
}

/** The text of a good answer, which is read whole. */
export async function textOf(response: Response): Promise<string> {
  assert.equal(response.status, 200);
  const answer = await response.json();
  return answer.candidates[0].content.parts[0].text;
}

/** A google.rpc error, as clients read it. */
export interface RpcErrorBody {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly details?: readonly { readonly "@type": string; readonly [field: string]: unknown }[];
}

/** Reads a response that has to be an error in Google's own shape, and checks that it is. */
export async function errorOf(response: Response): Promise<RpcErrorBody> {
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  const body = await response.text();
  keepPrinted(body);
  return checkedError(response.status, body);
}

/** Checks that a body is a bare google.rpc error that fits its HTTP status. */
export function checkedError(httpStatus: number, body: string): RpcErrorBody {
  const parsed = JSON.parse(body);
  assert.deepEqual(Object.keys(parsed), ["error"]);
  const { error } = parsed;
  assert.equal(error.code, httpStatus);
  assert.equal(typeof error.message, "string");
  assert.match(error.status, /^[A-Z_]+$/);
  assert.deepEqual(
    Object.keys(error).filter((key) => !["code", "message", "status", "details"].includes(key)),
    [],
  );
  return error;
}
