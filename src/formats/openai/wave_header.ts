/**
 * The header of a WAV file.
 *
 * @see {@link http://soundfile.sapp.org/doc/WaveFormat/}
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";

const BYTES_OF_SAMPLE = 2;
const HEADER_BYTES = 44;

/**
 * The header of a file of one channel with samples of 16 bits, little-endian.
 *
 * @param dataBytes Length of the samples, in bytes.
 * @param rate Samples a second.
 */
export function waveHeader(dataBytes: number, rate: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(utf8Bytes("RIFF"), 0);
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  header.set(utf8Bytes("WAVEfmt "), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * BYTES_OF_SAMPLE, true);
  view.setUint16(32, BYTES_OF_SAMPLE, true);
  view.setUint16(34, 8 * BYTES_OF_SAMPLE, true);
  header.set(utf8Bytes("data"), 36);
  view.setUint32(40, dataBytes, true);
  return header;
}
