/**
 * Writes Protobuf messages, as far as OTLP's spans need it.
 *
 * @see {@link https://protobuf.dev/programming-guides/encoding/}
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** More than a tag and a number or a length need. */
const HEAD_BYTES = 24;

/** One message that grows. */
export class ProtobufWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** The message, as a view that the next field overwrites; begins the next message. */
  take(): Uint8Array {
    const message = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return message;
  }

  /** A text. Most are ASCII, which is written without a call of the runtime. */
  text(field: number, text: string): void {
    const { length } = text;
    this.#reserve(length);
    const start = this.#at;
    this.#varint(field << 3 | LENGTH);
    this.#varint(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let nth = 0; nth < length; nth++) {
      const unit = text.charCodeAt(nth);
      if (unit > 0x7f) {
        this.#at = start;
        return this.bytes(field, utf8Bytes(text));
      }
      bytes[at++] = unit;
    }
    this.#at = at;
  }

  /** Bytes, or a message. */
  bytes(field: number, bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#varint(field << 3 | LENGTH);
    this.#varint(bytes.length);
    this.#copy(bytes);
  }

  /** A whole number from 0 to 2^53 - 1. */
  integer(field: number, value: number): void {
    this.#reserve(0);
    this.#varint(field << 3 | VARINT);
    this.#varint(value);
  }

  double(field: number, value: number): void {
    this.#reserve(0);
    this.#varint(field << 3 | FIXED64);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  fixed64(field: number, value: bigint): void {
    this.#reserve(0);
    this.#varint(field << 3 | FIXED64);
    this.#view.setBigUint64(this.#at, value, true);
    this.#at += 8;
  }

  fixed32(field: number, value: number): void {
    this.#reserve(0);
    this.#varint(field << 3 | FIXED32);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Fields that are written already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#copy(bytes);
  }

  #copy(bytes: Uint8Array): void {
    const { length } = bytes;
    // A call of set() costs more than a short copy.
    if (length > 64) this.#bytes.set(bytes, this.#at);
    else for (let nth = 0; nth < length; nth++) this.#bytes[this.#at + nth] = bytes[nth] ?? 0;
    this.#at += length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = rest % 128 | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at++] = rest;
  }

  /** Makes room for a field with so many bytes. */
  #reserve(length: number): void {
    const needed = this.#at + length + HEAD_BYTES;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
