/**
 * The ways in which a client uploads. Headers and query distinguish them.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/files}
 * @see {@link https://developers.google.com/workspace/drive/api/guides/manage-uploads}
 * @module
 */

/** A way to upload; undefined for a request that names none. */
export type UploadKind =
  /** Starts a session with `X-Goog-Upload-Command: start`. */
  | "start"
  /** Starts a session with `uploadType=resumable`. */
  | "start-range"
  /** Metadata and bytes in one request, as `multipart/related`. */
  | "multipart"
  /** Only the bytes. */
  | "raw"
  /** Continues a session. */
  | "session"
  | undefined;

/** The query that continues an upload; the routes of uploads have this very list. */
export const SESSION: readonly string[] = ["upload_id"];

const PROTOCOLS: Readonly<Record<string, UploadKind>> = {
  resumable: "start",
  multipart: "multipart",
  raw: "raw",
};

const UPLOAD_TYPES: Readonly<Record<string, UploadKind>> = {
  resumable: "start-range",
  multipart: "multipart",
  media: "raw",
};

/** Returns the way in which a request uploads. */
export function uploadKind(headers: Headers, query: URLSearchParams): UploadKind {
  if (query.has("upload_id")) return "session";
  const protocol = headers.get("x-goog-upload-protocol") ?? query.get("upload_protocol");
  return protocol === null
    ? UPLOAD_TYPES[query.get("uploadType") ?? ""]
    : PROTOCOLS[protocol.toLowerCase()];
}

/** Whether a request to an upload path has the bytes of a file, which must not be buffered. */
export function isBytesUpload(headers: Headers, query: URLSearchParams): boolean {
  const kind = uploadKind(headers, query);
  return kind !== "start" && kind !== "start-range";
}

/** The words of X-Goog-Upload-Command, as `upload` and `finalize`, sorted. */
export function uploadCommand(headers: Headers): string {
  const words = (headers.get("x-goog-upload-command") ?? "").toLowerCase().split(",");
  return words.map((word) => word.trim()).sort().join(",");
}

/** A Content-Range of an upload: a range, or `*` for a query of the state. */
export interface ContentRange {
  /** Undefined for a query. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
  /** Length of the whole file; undefined if it is not known yet. */
  readonly total: number | undefined;
}

/** Reads a Content-Range; undefined if it is malformed. */
export function readContentRange(header: string): ContentRange | undefined {
  const [found, start, end, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header) ?? [];
  if (found === undefined) return undefined;
  return {
    range: start === undefined || end === undefined
      ? undefined
      : { start: Number(start), end: Number(end) },
    total: total === "*" ? undefined : Number(total),
  };
}

/** The number in a header, or undefined if it has none. */
export function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
