/**
 * One file of the emulated Files API.
 *
 * @see {@link https://ai.google.dev/api/files#File}
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Listed } from "../resource_page.ts";
import { microsecondStamp, nanosecondStamp } from "../timestamps.ts";

/** How long Google keeps a file, in ms. */
export const FILE_LIFE_MS = 48 * 3_600_000;

/** Beginning of the URI of every file: Google's own host, since clients copy the URI into prompts. */
export const FILE_URI = "https://generativelanguage.googleapis.com/v1beta/files/";

/** States of a file. */
export type FileState = "PROCESSING" | "ACTIVE" | "FAILED";

/** The end of processing. */
export type EndState = Exclude<FileState, "PROCESSING">;

/** How new files are processed. */
export interface Processing {
  /** How often `files.get` still reports PROCESSING; default 0: the file is done at once. */
  readonly reads?: number;
  /** Default ACTIVE. */
  readonly end?: EndState;
}

/** The content of a file: bytes that are kept, or only their number and digest. */
export interface FileContent {
  readonly length: number;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly bytes: Uint8Array | undefined;
  /** Number of bytes that are kept. */
  readonly keptLength: number;
  /** Discards the bytes. */
  drop(): void;
}

/** The data of a new file. */
export interface FileSource {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly source: "UPLOADED" | "GENERATED" | "REGISTERED";
  /** Undefined for a registered file: its bytes are in a bucket. */
  readonly content: FileContent | undefined;
  readonly processing: Processing;
  /** Now, in ms. */
  readonly now: number;
}

/** A file. */
export class StoredFile implements Listed {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly mimeType: string;
  readonly source: FileSource["source"];
  readonly content: FileContent | undefined;
  /** In ms. */
  readonly expiresAt: number;
  readonly #displayName: string | undefined;
  readonly #createdAt: number;
  readonly #end: EndState;
  #state: FileState;
  #readsLeft: number;
  #updatedAt: number;

  constructor(from: FileSource) {
    this.id = from.id;
    this.serial = from.serial;
    this.project = from.project;
    this.mimeType = from.mimeType;
    this.source = from.source;
    this.content = from.content;
    this.#displayName = from.displayName;
    this.#createdAt = from.now;
    this.#updatedAt = from.now;
    this.expiresAt = from.now + FILE_LIFE_MS;
    this.#readsLeft = from.processing.reads ?? 0;
    this.#end = from.processing.end ?? "ACTIVE";
    this.#state = this.#readsLeft > 0 ? "PROCESSING" : this.#end;
  }

  get name(): string {
    return `files/${this.id}`;
  }

  get state(): FileState {
    return this.#state;
  }

  /** Counts a `files.get`: after the scripted number of them processing ends. */
  read(now: number): void {
    if (this.#state !== "PROCESSING") return;
    if (this.#readsLeft === 0) this.setState(this.#end, now);
    else this.#readsLeft -= 1;
  }

  setState(state: FileState, now: number): void {
    this.#state = state;
    this.#updatedAt = now;
  }

  /** Returns the resource, with its fields in Google's order. */
  toJSON(): JsonObject {
    const { content, mimeType, state, source } = this;
    const isActive = state === "ACTIVE";
    return {
      name: this.name,
      ...defined({ displayName: this.#displayName }),
      mimeType,
      ...(content === undefined ? {} : { sizeBytes: String(content.length) }),
      createTime: microsecondStamp(this.#createdAt),
      updateTime: microsecondStamp(this.#updatedAt),
      expirationTime: nanosecondStamp(this.expiresAt),
      // The base64 of the digest's hexadecimal digits, as Google writes it.
      ...(content === undefined ? {} : { sha256Hash: btoa(content.sha256) }),
      uri: FILE_URI + this.id,
      ...(source === "GENERATED"
        ? { downloadUri: `${FILE_URI}${this.id}:download?alt=media` }
        : {}),
      state,
      source,
      ...(state === "FAILED"
        ? { error: { code: 3, message: "The file could not be processed." } }
        : {}),
      ...(isActive && mimeType.startsWith("video/")
        ? { videoMetadata: { videoDuration: "5s" } }
        : {}),
    };
  }
}
