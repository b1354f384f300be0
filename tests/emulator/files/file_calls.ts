/**
 * Calls of the emulated Files API, as a gateway would make them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Emulator } from "../../../src/emulator/emulator.ts";
import type { JsonObject } from "../../../src/base/json.ts";

/** What an upload's granularity is, in bytes. */
export const GRANULARITY = 8_388_608;

/** A response, read. */
export interface ReadResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- read as deep as a test needs
  readonly json: any;
}

/** What a call may differ in. */
export interface FileCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

/** Calls a path, or an address, with a key; an empty key is left out. */
export async function call(
  [emulator, key]: readonly [Emulator, string],
  path: string,
  options: FileCall = {},
): Promise<ReadResponse> {
  const url = path.startsWith("http") ? path : emulator.url + path;
  const { method = "GET", body } = options;
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { ...(key === "" ? {} : { "x-goog-api-key": key }), ...options.headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const json = text.startsWith("{") ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

/** Starts a resumable upload; returns its address. */
export async function startUpload(
  caller: readonly [Emulator, string],
  start: { readonly length?: number; readonly file?: JsonObject; readonly version?: string } = {},
): Promise<string> {
  const { length, file = {}, version = "v1beta" } = start;
  const response = await call(caller, `/upload/${version}/files`, {
    method: "POST",
    headers: {
      "x-goog-upload-protocol": "resumable",
      "x-goog-upload-command": "start",
      ...(length === undefined ? {} : { "x-goog-upload-header-content-length": String(length) }),
      "x-goog-upload-header-content-type": "text/plain",
    },
    body: JSON.stringify({ file }),
  });
  assert.equal(response.status, 200, response.text);
  return response.headers.get("x-goog-upload-url") ?? "";
}

/** Continues a resumable upload, without a key, as Python does. */
export function continueUpload(
  emulator: Emulator,
  address: string,
  chunk: { readonly command: string; readonly offset?: number; readonly body?: BodyInit },
): Promise<ReadResponse> {
  const { command, offset, body } = chunk;
  return call([emulator, ""], address, {
    method: "POST",
    headers: {
      "x-goog-upload-command": command,
      ...(offset === undefined ? {} : { "x-goog-upload-offset": String(offset) }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

/** Uploads a text in one request; returns the file's resource. */
export async function upload(
  caller: readonly [Emulator, string],
  text = "hello",
  type = "text/plain",
): Promise<ReadResponse["json"]> {
  const response = await call(caller, "/upload/v1beta/files?uploadType=media", {
    method: "POST",
    headers: { "content-type": type },
    body: text,
  });
  assert.equal(response.status, 200, response.text);
  return response.json.file;
}

/** A prompt that names a file. */
export function promptWith(fileUri: string): JsonObject {
  return {
    contents: [{ role: "user", parts: [{ text: "What is it?" }, { fileData: { fileUri } }] }],
  };
}
