/**
 * Copies of the files that clients upload: with one, another account can serve what names a file when the file's
 * own account cannot.
 *
 * @module
 */

/** What a copy is of. */
export interface CopyFacts {
  /** The file's name, as in `files/abc`. */
  readonly name: string;
  readonly mimeType: string;
  /** Empty if there is none. */
  readonly displayName: string;
  /** The id of the caller that uploaded the file. */
  readonly callerId: string;
  /** When the file expires, in ms since the epoch. */
  readonly untilMs: number;
}

/** How much is kept, in bytes. */
export interface CopyLimits {
  /** Largest file of which there is a copy. */
  readonly mostFileBytes: number;
  /** Most of all copies together; the oldest are deleted. */
  readonly mostBytes: number;
}

/** A copy that is being written. It never fails and never waits: a copy that cannot be written is given up. */
export interface CopyWriter {
  /** How many bytes of the file it has. */
  readonly length: number;
  /** Whether it was given up. */
  readonly isGivenUp: boolean;
  /** Adds bytes, which must not change afterwards. */
  write(piece: Uint8Array): void;
  /** Drops the bytes from `at` on, which are sent again; gives the copy up if that is not possible. */
  cut(at: number): void;
  /** The file is complete. */
  commit(facts: CopyFacts): void;
  giveUp(): void;
}

/** A copy, open for reading. */
export interface OpenCopy extends CopyFacts {
  /** The file's length. */
  readonly bytes: number;
  /** The file's bytes. The stream fails if the copy is damaged. Must be read or cancelled. */
  readonly content: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The copies that are kept. */
export interface Copies {
  /** Applies limits; with undefined no copies are kept, and those that there are are deleted. */
  limit(limits: CopyLimits | undefined): void;
  /** Begins a copy; undefined if none is kept. */
  begin(): CopyWriter | undefined;
  /** An id of the copy of a file: another file of the same name has another. Undefined if there is none. */
  idOf(name: string): string | undefined;
  /** Opens the copy of a file; undefined if there is none, or it was damaged. Never rejects. */
  open(name: string): Promise<OpenCopy | undefined>;
  /** Deletes the copy of a file, if there is one. */
  delete(name: string): void;
  /** Resolves when all that was asked for is done. */
  settled(): Promise<void>;
  /** Gives up what is being written. The copies stay. */
  close(): Promise<void>;
}
