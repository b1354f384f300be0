/**
 * Uploads through a gateway, as clients make them.
 *
 * @module
 */
import assert from "node:assert/strict";

/** Google's granularity of chunks, in bytes. */
export const GRANULARITY = 8_388_608;

/** Bytes that differ from one place to the next. */
export function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >> 8) * 7) & 0xff;
  return bytes;
}

/** Sends headers and a body to an address. */
export function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  options: { readonly body?: BodyInit; readonly method?: string } = {},
): Promise<Response> {
  return fetch(url, { method: "POST", redirect: "manual", headers, ...options });
}

/** Starts an upload at a gateway; further headers may hold a key. */
export function start(
  gatewayUrl: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return send(`${gatewayUrl}/upload/v1beta/files`, {
    "content-type": "application/json",
    "x-goog-upload-protocol": "resumable",
    "x-goog-upload-command": "start",
    "x-goog-upload-header-content-type": "text/plain",
    ...headers,
  }, { body: JSON.stringify({ file: { displayName: "notes", mimeType: "text/plain" } }) });
}

/** The address of an upload that has begun. */
export async function begun(
  gatewayUrl: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await start(gatewayUrl, headers);
  assert.equal(response.status, 200, await response.text());
  return response.headers.get("x-goog-upload-url") ?? assert.fail("There is no address");
}

/** Goes on with an upload. */
export function goOn(
  address: string,
  command: string,
  { offset = 0, body, headers = {} }: {
    readonly offset?: number;
    readonly body?: BodyInit;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Response> {
  return send(address, {
    "x-goog-upload-command": command,
    "x-goog-upload-offset": String(offset),
    ...headers,
  }, body === undefined ? {} : { body });
}

/** The name of the file that a response describes. */
export async function fileIn(response: Response): Promise<string> {
  assert.equal(response.status, 200);
  const { file } = await response.json();
  assert.match(file.name, /^files\//);
  return file.name;
}

/** The error in a response. */
export async function errorIn(
  response: Response,
): Promise<{ readonly code: number; readonly status: string; readonly message: string }> {
  const { error } = await response.json();
  assert.equal(error.code, response.status);
  return error;
}
