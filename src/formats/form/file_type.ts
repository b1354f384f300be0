/**
 * The media types of files in forms. The first bytes tell them; only where they do not, the client's media type and
 * the extension of the file's name are believed, since many clients state `application/octet-stream`.
 *
 * @see {@link https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern}
 * @module
 */
import { mimeTypeOfName } from "../shared/request/mime_types.ts";
import type { FormFile } from "./form_body.ts";

/** Bytes at the beginning of files of one type. */
interface Signature {
  readonly type: string;
  /** Text at positions of the file, one byte a character. */
  readonly marks: readonly (readonly [at: number, text: string])[];
}

const IMAGES: readonly Signature[] = [
  { type: "image/png", marks: [[0, "\x89PNG\r\n\x1a\n"]] },
  { type: "image/jpeg", marks: [[0, "\xff\xd8\xff"]] },
  { type: "image/webp", marks: [[0, "RIFF"], [8, "WEBP"]] },
  { type: "image/gif", marks: [[0, "GIF8"]] },
  ...["heic", "heix", "hevc"].map((brand) => isoMedia("image/heic", brand)),
  ...["mif1", "msf1", "heim"].map((brand) => isoMedia("image/heif", brand)),
  isoMedia("image/avif", "avif"),
];

const SOUNDS: readonly Signature[] = [
  { type: "audio/wav", marks: [[0, "RIFF"], [8, "WAVE"]] },
  { type: "audio/mpeg", marks: [[0, "ID3"]] },
  // The frames of MPEG layers II and III, and those of AAC.
  ...["\xfa", "\xfb", "\xfc", "\xfd", "\xf2", "\xf3", "\xf4", "\xf5", "\xe2", "\xe3"].map((
    second,
  ) => frames("audio/mpeg", second)),
  ...["\xf0", "\xf1", "\xf8", "\xf9"].map((second) => frames("audio/aac", second)),
  { type: "audio/ogg", marks: [[0, "OggS"]] },
  { type: "audio/flac", marks: [[0, "fLaC"]] },
  { type: "audio/aiff", marks: [[0, "FORM"], [8, "AIF"]] },
  { type: "audio/webm", marks: [[0, "\x1a\x45\xdf\xa3"]] },
  { type: "audio/mp4", marks: [[4, "ftyp"]] },
];

/** Other names that clients have for Google's. */
const SAME_TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  "image/jpg": "image/jpeg",
  "audio/mp3": "audio/mpeg",
  "audio/mpga": "audio/mpeg",
  "audio/wave": "audio/wav",
  "audio/x-wav": "audio/wav",
  "audio/vnd.wave": "audio/wav",
  "audio/x-flac": "audio/flac",
  "audio/x-aiff": "audio/aiff",
  "audio/x-aac": "audio/aac",
  "audio/m4a": "audio/mp4",
  "audio/x-m4a": "audio/mp4",
  "audio/opus": "audio/ogg",
}));

/** The media type of an image; undefined for a file that is none. */
export function imageTypeOf(file: FormFile): string | undefined {
  return sniffed(file.bytes, IMAGES) ?? stated(file, /^image\/./);
}

/**
 * The media type of a sound; undefined for a file that is none. A container is a video only if the client says so:
 * recorders of browsers and telephones write sound into the same containers.
 */
export function soundTypeOf(file: FormFile): string | undefined {
  const type = sniffed(file.bytes, SOUNDS) ?? stated(file, /^(?:audio|video)\/./);
  const isVideo = file.type.startsWith("video/") && (type === "audio/mp4" || type === "audio/webm");
  return isVideo ? type.replace("audio", "video") : type;
}

function sniffed(bytes: Uint8Array, signatures: readonly Signature[]): string | undefined {
  return signatures.find(({ marks }) => marks.every((mark) => has(bytes, mark)))?.type;
}

function stated({ type, name }: FormFile, wanted: RegExp): string | undefined {
  const known = SAME_TYPES.get(type) ?? type;
  if (wanted.test(known)) return known;
  // A name may have any text: only its extension counts, and only if it is known.
  const byName = mimeTypeOfName(name);
  return byName !== undefined && wanted.test(byName) ? byName : undefined;
}

function has(bytes: Uint8Array, [at, text]: readonly [number, string]): boolean {
  for (let nth = 0; nth < text.length; nth++) {
    if (bytes[at + nth] !== text.charCodeAt(nth)) return false;
  }
  return true;
}

function isoMedia(type: string, brand: string): Signature {
  return { type, marks: [[4, `ftyp${brand}`]] };
}

function frames(type: string, second: string): Signature {
  return { type, marks: [[0, `\xff${second}`]] };
}
