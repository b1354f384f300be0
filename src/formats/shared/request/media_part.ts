/**
 * Parts with media: images, audio, video and documents, by their data or their address. The gateway opens no address
 * that a client names: Google fetches it.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/file-input-methods}
 * @module
 */
import { Buffer } from "node:buffer";
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import { invalidField, quoted } from "../fields/invalid_field.ts";
import { googleMimeType, mimeTypeOfName } from "./mime_types.ts";

export { audioMimeType } from "./mime_types.ts";

/** The address of the files that are stored at Google. */
const FILES = "https://generativelanguage.googleapis.com/v1beta/";

/** Longest header of a data: URL, in characters: a media type and its parameters. */
const LONGEST_HEADER = 1024;

/** What is known of media. Exactly one of `data`, `url` and `fileId` is set. */
export interface MediaSource {
  /** In base64, or a data: URL. */
  readonly data?: string | undefined;
  /** A data:, https: or gs: URL, or the name or URI of a file stored at Google. */
  readonly url?: string | undefined;
  /** The name or URI of a file stored at Google: `files/abc`. */
  readonly fileId?: string | undefined;
  /** The media type that the client gives. */
  readonly mimeType?: string | undefined;
  /** The name of the file: its extension tells the media type if nothing else does. */
  readonly name?: string | undefined;
  /** The media type if neither the client, the data nor a name tells one. */
  readonly fallback?: string | undefined;
  /** The field that holds the media, for errors. */
  readonly field: string;
}

/**
 * The part of a data: URL: `inlineData`.
 *
 * @param field The field that holds it, for errors.
 * @returns Undefined if the text is not a data: URL.
 * @throws {RpcError} INVALID_ARGUMENT if it is malformed.
 * @see {@link https://www.rfc-editor.org/rfc/rfc2397}
 */
export function dataUrlPart(url: string, field: string): JsonObject | undefined {
  if (!isDataUrl(url)) return undefined;
  const comma = url.slice(0, LONGEST_HEADER).indexOf(",");
  if (comma < 0) {
    throw invalidField(
      field,
      `"${field}" is a malformed data: URL; write data:image/png;base64,AAAA`,
    );
  }
  const [mimeType = "", ...parameters] = url.slice("data:".length, comma).split(";");
  const isBase64 = parameters.some((parameter) => parameter.trim().toLowerCase() === "base64");
  const written = url.slice(comma + 1);
  if (written === "") throw invalidField(field, `"${field}" is a data: URL without data`);
  const data = isBase64 ? unescaped(written, field) : base64Of(unescaped(written, field));
  return inlineData(mimeType.trim().toLowerCase() || "text/plain", data);
}

/**
 * The part for media.
 *
 * @throws {RpcError} INVALID_ARGUMENT if there is no media, its type is unknown, or Google cannot fetch the address.
 */
export function mediaPart(source: MediaSource): JsonObject {
  const { data, url, fileId, field } = source;
  if (data !== undefined && data !== "") {
    return dataUrlPart(data, field) ?? inlineData(knownMimeType(source, source.name), data);
  }
  const address = url || fileId;
  if (!address) throw invalidField(field, `"${field}" holds neither data nor an address`);
  return dataUrlPart(address, field) ?? addressPart(address, source);
}

function addressPart(address: string, source: MediaSource): JsonObject {
  const { field } = source;
  if (address.startsWith("files/")) return fileData(FILES + address, source);
  if (/^(?:https|gs):\/\//i.test(address)) return fileData(address, source);
  throw invalidField(
    field,
    /^http:/i.test(address)
      ? `Cannot use ${
        quoted(address)
      } in "${field}": Google fetches https: addresses only; use https:, or send the data`
      : `Cannot use ${
        quoted(address)
      } in "${field}": it is neither a data:, https: or gs: address nor the name ` +
        'of a file that was uploaded to Google, such as "files/abc"; send the data instead',
  );
}

function fileData(fileUri: string, { mimeType, name, fallback }: MediaSource): JsonObject {
  const type = mimeType || mimeTypeOfName(name ?? "") || mimeTypeOfName(pathOf(fileUri)) ||
    fallback;
  return { fileData: { ...defined({ mimeType: type && googleMimeType(type) }), fileUri } };
}

/** Google refuses line breaks in base64, which several encoders write. */
function inlineData(mimeType: string, data: string): JsonObject {
  const bare = /\s/.test(data) ? data.replace(/\s+/g, "") : data;
  return { inlineData: { mimeType: googleMimeType(mimeType), data: bare } };
}

function knownMimeType({ mimeType, fallback, field }: MediaSource, name = ""): string {
  const known = mimeType || mimeTypeOfName(name) || fallback;
  if (known) return known;
  throw invalidField(
    field,
    `The media type of "${field}" is not known: send a data: URL, or a file name with an extension`,
  );
}

function isDataUrl(url: string): boolean {
  return /^data:/i.test(url);
}

/** The path of an address, without its query. */
function pathOf(address: string): string {
  return address.split(/[?#]/, 1)[0] ?? "";
}

function base64Of(text: string): string {
  return Buffer.from(text).toString("base64");
}

function unescaped(written: string, field: string): string {
  if (!written.includes("%")) return written;
  try {
    return decodeURIComponent(written);
  } catch {
    throw invalidField(field, `"${field}" is a malformed data: URL: it has a wrong %-escape`);
  }
}
