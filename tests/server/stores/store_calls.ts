/**
 * Calls of file search stores through a gateway, as clients make them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { send } from "../uploads/upload_calls.ts";

/** Headers that may hold a key. */
type Headers = Readonly<Record<string, string>>;

/** Calls a path of the gateway with a JSON body. */
export function post(
  [url, headers = {}]: readonly [string, Headers?],
  path: string,
  body: unknown = {},
): Promise<Response> {
  return send(`${url}/v1beta/${path}`, { "content-type": "application/json", ...headers }, {
    body: JSON.stringify(body),
  });
}

/** Makes a store; returns its name and its account. */
export async function storeAt(
  at: readonly [string, Headers?],
): Promise<{ readonly name: string; readonly account: string }> {
  const response = await post(at, "fileSearchStores", { displayName: "notes" });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const account = response.headers.get("x-pollux-account") ?? "";
  return { name: JSON.parse(text).name, account };
}

/** Starts an upload to a store. */
export function startUpload(
  [url, headers = {}]: readonly [string, Headers?],
  store: string,
): Promise<Response> {
  return send(`${url}/upload/v1beta/${store}:uploadToFileSearchStore`, {
    "content-type": "application/json",
    "x-goog-upload-protocol": "resumable",
    "x-goog-upload-command": "start",
    "x-goog-upload-header-content-type": "text/plain",
    ...headers,
  }, { body: JSON.stringify({ displayName: "hello.txt", mimeType: "text/plain" }) });
}

/** The body of a good response. */
// deno-lint-ignore no-explicit-any -- read as deep as a test needs
export async function jsonIn(response: Response): Promise<any> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}
