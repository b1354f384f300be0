/**
 * Reads what a request of an upload asks for, in both of Google's protocols: `X-Goog-Upload-…` headers, and
 * `uploadType` in the query.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/files} the first, by example
 * @see {@link https://developers.google.com/workspace/drive/api/guides/manage-uploads} the second
 * @module
 */

/** What a request asks for. */
export interface UploadRequest {
  /** Whether it starts an upload session; its body is then JSON about the file. */
  readonly isStart: boolean;
  /** Whether its body has bytes of the file. */
  readonly hasBytes: boolean;
  /** The offset in the file of the first byte in the body. */
  readonly offset: number;
  /** The length of the whole file, in bytes, if the request states it; else 0. */
  readonly fileBytes: number;
  /** Whether the client expects addresses in `Location` and not in `X-Goog-Upload-URL`. */
  readonly usesLocation: boolean;
  /** Its command, offset and range: they are the same when a client repeats the request. */
  readonly position: string;
  /** Whether it only asks how many bytes were received. */
  readonly isQuery: boolean;
}

/** The headers that belong to an upload. The others concern the client's own connection, or hold its key. */
const FORWARDED = /^(?:content-type|content-range|x-goog-upload-.+|x-upload-.+)$/;

/** Characters that an upstream request's header cannot have. */
const UNSENDABLE = /[^\t\x20-\x7e]/g;

/**
 * Reads a request.
 *
 * @param query Its query.
 * @param hasBegun Whether it names an upload session.
 */
export function readUploadRequest(
  headers: Headers,
  { query, hasBegun }: { readonly query: URLSearchParams; readonly hasBegun: boolean },
): UploadRequest {
  const command = headers.get("x-goog-upload-command")?.toLowerCase();
  const protocol = headers.get("x-goog-upload-protocol") ?? query.get("upload_protocol");
  const usesLocation = command === undefined && query.get("uploadType") === "resumable";
  const isResumable = usesLocation || protocol?.toLowerCase() === "resumable";
  const carries = command === undefined || /\bupload\b/.test(command);
  const range = headers.get("content-range") ?? "";
  const offset = headers.get("x-goog-upload-offset");
  const [, first, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/i
    .exec(range) ?? [];
  return {
    isStart: !hasBegun && isResumable && (command === undefined || !carries),
    hasBytes: carries,
    offset: size(offset ?? first),
    fileBytes: Math.max(
      size(headers.get("x-goog-upload-header-content-length")),
      size(headers.get("x-upload-content-length")),
      size(total),
    ),
    usesLocation,
    position: [command, offset, range].join("\n"),
    isQuery: command === undefined ? /^bytes \*\//i.test(range) : command === "query",
  };
}

/**
 * The headers for upstream, by names in lower case. Clients send a file's name as raw bytes: those beyond ASCII are
 * percent-encoded.
 */
export function uploadHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (FORWARDED.test(name)) kept[name] = value.replace(UNSENDABLE, percentEncoded);
  }
  return kept;
}

/** The query for upstream: the parameters of the upload protocol, and those of an environment's files. */
export function uploadQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of ["uploadType", "upload_protocol", "extract", "overwrite"]) {
    const value = query.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept.toString();
}

function size(text: string | null | undefined): number {
  return text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function percentEncoded(character: string): string {
  return character.charCodeAt(0) > 0xff
    ? encodeURIComponent(character)
    : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
