/**
 * Opens a copy for reading.
 *
 * @module
 */
import type { OpenCopy } from "../../base/stored/copies.ts";
import { parsedJson } from "../../base/json.ts";
import type { Sealer } from "../../base/stored/sealer.ts";
import { utf8Text } from "../../base/text/text.ts";
import {
  CHUNK_BYTES,
  CHUNK_EXTRA,
  CopyCipher,
  LENGTH_BYTES,
  TRAILER,
  TRAILER_PURPOSE,
} from "./copy_cipher.ts";

/** Longest trailer, in bytes. */
const MOST_TRAILER = 64 * 1024;

/** Thrown for a file that was damaged or changed. */
class DamagedCopy extends Error {
  override readonly name = "DamagedCopy";
}

/** The options of {@linkcode openCopy}. */
export interface OpenCopyOptions {
  readonly path: string;
  /** The name of the file that it must be a copy of. */
  readonly name: string;
  readonly sealer: Sealer;
  /** Called when a chunk cannot be read or decrypted. */
  readonly onDamage: (error: unknown) => void;
}

/**
 * Opens a copy.
 *
 * @throws If there is none, or if its trailer shows that it was cut off or changed.
 */
export async function openCopy(options: OpenCopyOptions): Promise<OpenCopy> {
  const file = await Deno.open(options.path);
  try {
    const { key, bytes, ...facts } = await readTrailer(file, options);
    const cipher = await CopyCipher.of(key);
    await file.seek(0, Deno.SeekMode.Start);
    return { ...facts, bytes, content: contentOf(file, { bytes, cipher, ...options }) };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function readTrailer(file: Deno.FsFile, { name, sealer }: OpenCopyOptions) {
  const { size } = await file.stat();
  const end = await readAt(file, size - LENGTH_BYTES, LENGTH_BYTES);
  const length = new DataView(end.buffer).getUint32(0);
  if (length > MOST_TRAILER) throw new DamagedCopy("its end is damaged");
  const start = size - LENGTH_BYTES - length;
  const sealed = utf8Text(await readAt(file, start, length));
  const text = await sealer.open(sealed, TRAILER_PURPOSE);
  const trailer = TRAILER.safeParse(text === undefined ? undefined : parsedJson(text));
  if (!trailer.success || trailer.data.name !== name) throw new DamagedCopy("its end is damaged");
  const { bytes } = trailer.data;
  const chunks = Math.floor(bytes / CHUNK_BYTES) + 1;
  if (start !== bytes + chunks * CHUNK_EXTRA) throw new DamagedCopy("it is cut off");
  return trailer.data;
}

function contentOf(
  file: Deno.FsFile,
  { bytes, cipher, onDamage }: OpenCopyOptions & {
    readonly bytes: number;
    readonly cipher: CopyCipher;
  },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let number = 0;
  let left = bytes;
  return new ReadableStream({
    async pull(controller) {
      try {
        const length = Math.min(left, CHUNK_BYTES);
        const isLast = left < CHUNK_BYTES;
        const chunk = await readNext(file, length + CHUNK_EXTRA);
        const piece = await cipher.decrypt(chunk, { number, isLast });
        number++;
        left -= length;
        if (isLast) file.close();
        if (piece.length > 0) controller.enqueue(piece);
        if (isLast) controller.close();
      } catch (error) {
        file.close();
        onDamage(error);
        throw error;
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

async function readAt(
  file: Deno.FsFile,
  at: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (at < 0) throw new DamagedCopy("it is cut off");
  await file.seek(at, Deno.SeekMode.Start);
  return await readNext(file, length);
}

async function readNext(file: Deno.FsFile, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new DamagedCopy("it is cut off");
    at += read;
  }
  return bytes;
}
