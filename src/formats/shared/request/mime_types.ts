/**
 * The media types of files by their extensions, and of audio by the names that OpenAI's API has for its formats.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/file-input-methods} What Gemini reads
 * @module
 */

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(Object.entries({
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  bmp: "image/bmp",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  json: "application/json",
  txt: "text/plain",
  md: "text/markdown",
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  csv: "text/csv",
  xml: "text/xml",
  rtf: "text/rtf",
  js: "text/javascript",
  ts: "text/plain",
  py: "text/x-python",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  aiff: "audio/aiff",
  aif: "audio/aiff",
  aac: "audio/aac",
  m4a: "audio/mp4",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  opus: "audio/ogg",
  flac: "audio/flac",
  mpga: "audio/mpeg",
  mp4: "video/mp4",
  m4v: "video/mp4",
  mpeg: "video/mpeg",
  mpg: "video/mpeg",
  mov: "video/quicktime",
  avi: "video/x-msvideo",
  flv: "video/x-flv",
  webm: "video/webm",
  wmv: "video/wmv",
  "3gp": "video/3gpp",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}));

const AUDIO: ReadonlyMap<string, string> = new Map(Object.entries({
  wav: "audio/wav",
  mp3: "audio/mpeg",
  mpeg: "audio/mpeg",
  flac: "audio/flac",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  aac: "audio/aac",
  m4a: "audio/mp4",
  mp4: "audio/mp4",
  webm: "audio/webm",
  aiff: "audio/aiff",
  pcm16: "audio/l16",
}));

/** Longest extension, in characters. */
const LONGEST_EXTENSION = 8;

/**
 * The media type of a file by the extension of its name.
 *
 * @param name A name or a path, without a query.
 * @returns Undefined if the extension is missing or not known.
 */
export function mimeTypeOfName(name: string): string | undefined {
  const dot = name.lastIndexOf(".");
  const extension = dot < 0 ? "" : name.slice(dot + 1);
  return extension.length > LONGEST_EXTENSION
    ? undefined
    : BY_EXTENSION.get(extension.toLowerCase());
}

/** The media type of an audio format, such as `mp3`; undefined for an unknown format. */
export function audioMimeType(format: string): string | undefined {
  return AUDIO.get(format.toLowerCase());
}

/** The name that Google takes for a media type: it refuses the usual misspelling of JPEG's. */
export function googleMimeType(mimeType: string): string {
  return /^image\/jpg$/i.test(mimeType) ? "image/jpeg" : mimeType;
}
