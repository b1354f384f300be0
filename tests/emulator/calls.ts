/**
 * Calls that the emulator's tests make, as a gateway would make them.
 *
 * @module
 */
import type { AuthorizedUser, Emulator } from "../../src/emulator/emulator.ts";

/** A body that every model accepts. */
export const HELLO = { contents: [{ role: "user", parts: [{ text: "Hello" }] }] };

/** What a call may differ in. */
export interface CallOptions {
  /** Bare model id; default `gemini-2.5-flash`. */
  readonly model?: string;
  /** Default `generateContent`. */
  readonly method?: string;
  /** With its question mark. */
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Calls generativelanguage with an API key. */
export function callWithKey(
  emulator: Emulator,
  key: string,
  options: CallOptions & { readonly body?: unknown } = {},
): Promise<Response> {
  const { model = "gemini-2.5-flash", method = "generateContent", query = "" } = options;
  return fetch(`${emulator.url}/v1beta/models/${model}:${method}${query}`, {
    method: "POST",
    headers: { "x-goog-api-key": key, "content-type": "application/json", ...options.headers },
    body: JSON.stringify(options.body ?? HELLO),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Calls a v1internal method with an access token. */
export function callInternal(
  emulator: Emulator,
  token: string,
  call: { readonly method: string; readonly body: unknown; readonly query?: string },
): Promise<Response> {
  return fetch(`${emulator.url}/v1internal:${call.method}${call.query ?? ""}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(call.body),
  });
}

/** A v1internal envelope around `request`. */
export function envelope(request: unknown = HELLO): Record<string, unknown> {
  return { model: "gemini-2.5-flash", project: "emulated-project-1", request };
}

/** Asks for an access token; `changes` replaces form fields, undefined leaves one out. */
export function askToken(
  user: AuthorizedUser,
  changes: Record<string, string | undefined> = {},
): Promise<Response> {
  const { client_id, client_secret, refresh_token } = user;
  const fields = { grant_type: "refresh_token", client_id, client_secret, refresh_token };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...fields, ...changes })) {
    if (value !== undefined) form.set(name, value);
  }
  return fetch(user.token_uri, { method: "POST", body: form });
}

/** A user's access token. */
export async function accessToken(user: AuthorizedUser): Promise<string> {
  const answer = await (await askToken(user)).json();
  return answer.access_token;
}

/** The JSON of each event of a good event stream. */
// deno-lint-ignore no-explicit-any -- answers are read as deep as a test needs
export function eventsOf(stream: string): any[] {
  return stream.split("\r\n\r\n").filter((event) => event !== "")
    .map((event) => JSON.parse(event.replace(/^data: /, "")));
}

/** The text of all parts of the first candidates of some responses. */
export function textOf(responses: readonly ResponseLike[]): string {
  return responses.flatMap((response) => response.candidates?.[0]?.content?.parts ?? [])
    .map((part) => part.text ?? "").join("");
}

/** The fields of a GenerateContentResponse that tests read. */
export interface ResponseLike {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string }[] };
  }[];
}

/** Reads a body until it ends or breaks. */
export async function readUntilBreak(
  response: Response,
): Promise<{ readonly text: string; readonly broken: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
  } catch {
    return { text, broken: true };
  }
  return { text, broken: false };
}
