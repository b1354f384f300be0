/**
 * The parts of the Protocol Buffers encoding that KV Connect needs: numbers, bytes and nested messages.
 *
 * @see {@link https://protobuf.dev/programming-guides/encoding/}
 * @module
 */
import { StoreError } from "../store_error.ts";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Most bytes of a varint: 64 bits, seven in each byte. */
const LONGEST_VARINT = 10;

/** Encodes a message; fields with default values are left out. */
export class ProtoWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** Adds an integer of at least 0, or true for 1. */
  number(field: number, value: number | boolean): this {
    if (Number(value) === 0) return this;
    this.#varint(field * 8 + VARINT);
    this.#varint(Number(value));
    return this;
  }

  /** Adds bytes, or a nested message. */
  bytes(field: number, value: Uint8Array | ProtoWriter): this {
    const bytes = value instanceof ProtoWriter ? value.finish() : value;
    this.#varint(field * 8 + BYTES);
    this.#varint(bytes.length);
    this.#append(bytes);
    return this;
  }

  /** Returns the encoded message. */
  finish(): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      message.set(chunk, at);
      at += chunk.length;
    }
    return message;
  }

  /** Supports numbers up to 2^53, so it cannot use bitwise operators, which are limited to 2^32. */
  #varint(value: number): void {
    const bytes: number[] = [];
    for (let rest = value;; rest = Math.floor(rest / 128)) {
      bytes.push(rest < 128 ? rest : rest % 128 + 128);
      if (rest < 128) break;
    }
    this.#append(new Uint8Array(bytes));
  }

  #append(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }
}

/** A decoded message. */
export interface ProtoMessage {
  /** The last number of that field; 0 if there is none. */
  number(field: number): number;
  /** The last bytes of that field; empty if there are none. */
  bytes(field: number): Uint8Array<ArrayBuffer>;
  /** All messages of that field. */
  messages(field: number): readonly ProtoMessage[];
}

/**
 * Decodes a message.
 *
 * @throws {StoreError} when the bytes are not a valid message.
 */
export function readProto(message: Uint8Array<ArrayBuffer>): ProtoMessage {
  const numbers = new Map<number, number>();
  const values = new Map<number, Uint8Array<ArrayBuffer>[]>();
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at);
    const field = Math.floor(tag.value / 8);
    at = tag.end;
    switch (tag.value % 8) {
      case VARINT: {
        const { value, end } = readVarint(message, at);
        numbers.set(field, value);
        at = end;
        break;
      }
      case BYTES: {
        const { value: length, end } = readVarint(message, at);
        if (end + length > message.length) throw noMessage();
        const value = message.subarray(end, end + length);
        const others = values.get(field);
        if (others === undefined) values.set(field, [value]);
        else others.push(value);
        at = end + length;
        break;
      }
      case FIXED64:
        at += 8;
        break;
      case FIXED32:
        at += 4;
        break;
      default:
        throw noMessage();
    }
  }
  return {
    number: (field) => numbers.get(field) ?? 0,
    bytes: (field) => values.get(field)?.at(-1) ?? new Uint8Array(),
    messages: (field) => (values.get(field) ?? []).map(readProto),
  };
}

function readVarint(
  message: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  const most = Math.min(message.length, start + LONGEST_VARINT);
  for (let at = start, place = 1; at < most; at++, place *= 128) {
    const byte = message[at] ?? 0;
    value += (byte % 128) * place;
    if (byte < 128) return { value, end: at + 1 };
  }
  throw noMessage();
}

function noMessage(): StoreError {
  return new StoreError("The store returned something that is not a message of KV Connect");
}
