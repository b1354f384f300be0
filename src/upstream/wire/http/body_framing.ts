/**
 * Finds the end of a response's body, for the three framings of HTTP/1.1.
 *
 * @module
 */
import { joinBytes } from "../../../base/join_bytes.ts";

/** Extracts the bytes of one body from those received on a connection. */
export interface BodyFraming {
  /** Whether the body has ended. */
  readonly isDone: boolean;
  /**
   * Whether the connection must not be reused: it received more than the body, or lines ended in a bare LF, for
   * which parsers may disagree about the end of the body.
   */
  readonly preventsReuse: boolean;
  /**
   * Processes received bytes.
   *
   * @param bytes Not retained.
   * @returns A copy of the bytes that belong to the body; may be empty.
   * @throws {Error} When the framing is malformed.
   */
  push(bytes: Uint8Array): Uint8Array;
  /**
   * The other side has closed the connection.
   *
   * @throws {Error} When the body is incomplete.
   */
  end(): void;
}

/** A body of declared length. */
export class LengthFraming implements BodyFraming {
  preventsReuse = false;
  #left: number;

  /** @param length In bytes. */
  constructor(length: number) {
    this.#left = length;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  push(bytes: Uint8Array): Uint8Array {
    if (bytes.length > this.#left) this.preventsReuse = true;
    const piece = bytes.slice(0, this.#left);
    this.#left -= piece.length;
    return piece;
  }

  end(): void {
    if (!this.isDone) throw brokenOff();
  }
}

/** A body that lasts until the connection ends. */
export class OpenFraming implements BodyFraming {
  readonly preventsReuse = false;
  isDone = false;

  push(bytes: Uint8Array): Uint8Array {
    return bytes.slice();
  }

  end(): void {
    this.isDone = true;
  }
}

const LF = 0x0a;
const CR = 0x0d;

/** Most hexadecimal digits of a chunk's size. */
const MOST_DIGITS = 12;

/** Most bytes of ignored data: chunk extensions and trailers. */
const MOST_IGNORED = 16 * 1024;

type Place = "size" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" | "trailer" | "end";

/**
 * A body in chunks. Lines may end in a bare LF.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-7.1}
 */
export class ChunkedFraming implements BodyFraming {
  preventsReuse = false;
  #place: Place = "size";
  #size = 0;
  #digits = 0;
  /** Bytes of the trailer's current line, without its line feed. */
  #lineBytes = 0;
  #ignored = 0;

  get isDone(): boolean {
    return this.#place === "end";
  }

  push(bytes: Uint8Array): Uint8Array {
    const pieces: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length && this.#place !== "end") {
      if (this.#place !== "data") {
        this.#step(bytes[at++] ?? 0);
        continue;
      }
      const piece = bytes.subarray(at, at + this.#size);
      at += piece.length;
      this.#size -= piece.length;
      if (this.#size === 0) this.#place = "data-cr";
      pieces.push(piece);
    }
    if (at < bytes.length) this.preventsReuse = true;
    const body = joinBytes(pieces);
    return pieces.length === 1 ? body.slice() : body;
  }

  end(): void {
    if (!this.isDone) throw brokenOff();
  }

  /** Processes a byte outside of chunk data. */
  #step(byte: number): void {
    switch (this.#place) {
      case "size":
        return this.#sizeByte(byte);
      case "extension":
        if (byte === CR) this.#place = "size-lf";
        else if (byte === LF) this.#bareLf("size-lf");
        else this.#ignore();
        return;
      case "size-lf":
        this.#expect(byte, LF);
        this.#place = this.#size === 0 ? "trailer" : "data";
        return;
      case "data-cr":
        if (byte === LF) return this.#bareLf("data-lf");
        this.#expect(byte, CR);
        this.#place = "data-lf";
        return;
      case "data-lf":
        this.#expect(byte, LF);
        this.#place = "size";
        this.#digits = 0;
        return;
      default:
        return this.#trailerByte(byte);
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0 && this.#digits < MOST_DIGITS) {
      this.#size = this.#size * 16 + digit;
      this.#digits++;
    } else if (this.#digits === 0) throw broken();
    else if (byte === CR) this.#place = "size-lf";
    else if (byte === LF) this.#bareLf("size-lf");
    // White space before an extension is tolerated, though servers should not send it.
    else if (byte === 0x3b || byte === 0x20 || byte === 0x09) this.#place = "extension";
    else throw broken();
  }

  /** Trailers are ignored; an empty line ends them. */
  #trailerByte(byte: number): void {
    if (byte === LF) {
      if (this.#lineBytes === 0) this.#place = "end";
      this.#lineBytes = 0;
    } else {
      if (byte !== CR) this.#lineBytes++;
      this.#ignore();
    }
  }

  #ignore(): void {
    if (++this.#ignored > MOST_IGNORED) throw broken();
  }

  /** Accepts a bare line feed as the end of a line. */
  #bareLf(place: Place): void {
    this.preventsReuse = true;
    this.#place = place;
    this.#step(LF);
  }

  #expect(byte: number, expected: number): void {
    if (byte !== expected) throw broken();
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function broken(): Error {
  return new Error("the response's chunks are malformed");
}

function brokenOff(): Error {
  return new Error("the connection closed before the response was complete");
}
