/**
 * Resumable uploads in progress. The id of one is a capability: requests with it need no credential.
 *
 * @module
 */
import type { EmulatedAccount } from "../emulated_account.ts";
import { dropOldest } from "../drop_oldest.ts";
import { randomId } from "../random_id.ts";
import { EMULATED_SECRET } from "../oauth/emulated_secret.ts";
import type { JsonObject } from "../../base/json.ts";
import { type Checkpoint, StoredBytes } from "./stored_bytes.ts";

/** Every chunk but the last must be a multiple of this, in bytes; Google's own. */
export const CHUNK_GRANULARITY = 8_388_608;

/** The same for sessions of `uploadType=resumable`. */
export const RANGE_GRANULARITY = 262_144;

/** Google's limit for a file, in bytes. */
export const MOST_FILE_BYTES = 2 * 1024 * 1024 * 1024;

/** The message for a file over the limit. */
export function tooLong(length: number): string {
  return `The file is too large: ${length} bytes, the limit is ${MOST_FILE_BYTES} bytes.`;
}

/** Most uploads in progress; the oldest are discarded. */
const MOST_SESSIONS = 256;

/** The properties of an upload that are known when it starts. */
export interface UploadTarget {
  readonly account: EmulatedAccount;
  /** Path of the start request, which the session keeps. */
  readonly path: string;
  /** `google`: X-Goog-Upload-Protocol; `range`: uploadType=resumable, with Content-Range. */
  readonly protocol: "google" | "range";
  /** The length that the client declared at the start. */
  readonly declaredLength: number | undefined;
  /** Makes the resource of the complete upload; returns the response's body. */
  readonly finish: (content: StoredBytes) => JsonObject;
}

/** One upload in progress, or ended. */
export class UploadSession {
  readonly id: string;
  readonly target: UploadTarget;
  readonly granularity: number;
  state: "active" | "final" | "cancelled" = "active";
  /** The body of the last response, once the upload is final. */
  result: JsonObject | undefined;
  readonly #content: StoredBytes;
  #committed: Checkpoint;
  /** Where the last chunk began. */
  #lastOffset = -1;
  /** The newest chunk. An older one that is still being read is discarded. */
  #chunk = 0;

  constructor(id: string, target: UploadTarget, keptBytes: number) {
    this.id = id;
    this.target = target;
    this.granularity = target.protocol === "google" ? CHUNK_GRANULARITY : RANGE_GRANULARITY;
    this.#content = new StoredBytes(keptBytes);
    this.#committed = this.#content.checkpoint();
  }

  /** Number of bytes that survive a broken connection. */
  get received(): number {
    return this.#committed.length;
  }

  /** Whether a chunk may begin at an offset: where the last one ended, or where it began, to repeat it. */
  accepts(offset: number): boolean {
    return offset === this.received || offset === this.#lastOffset;
  }

  /**
   * Reads a chunk, and keeps it only if `check` finds nothing wrong with it. If the connection breaks,
   * whole multiples of the granularity are kept.
   *
   * @param chunk `offset`: accepted by {@linkcode accepts}; `check`: what is wrong with a chunk that ends
   * at that length, or undefined.
   * @returns What is wrong, or undefined.
   */
  async read(
    bytes: AsyncIterable<Uint8Array>,
    chunk: { readonly offset: number; readonly check: (length: number) => string | undefined },
  ): Promise<string | undefined> {
    const mine = ++this.#chunk;
    const before = this.#committed;
    this.#content.restore(before);
    let repeated = this.received - chunk.offset;
    this.#lastOffset = chunk.offset;
    for await (const piece of bytes) {
      if (mine !== this.#chunk) return "Another request has continued the upload.";
      const skipped = Math.min(repeated, piece.length);
      repeated -= skipped;
      this.#write(piece.subarray(skipped));
    }
    if (mine !== this.#chunk) return "Another request has continued the upload.";
    const wrong = repeated > 0
      ? "The chunk is shorter than the one that it repeats."
      : chunk.check(this.#content.length);
    this.#committed = wrong === undefined ? this.#content.checkpoint() : before;
    return wrong;
  }

  /** Ends the upload, and makes the resource from the received bytes. */
  finish(): JsonObject {
    this.#content.restore(this.#committed);
    this.result = this.target.finish(this.#content);
    this.state = "final";
    return this.result;
  }

  #write(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      const room = this.granularity - this.#content.length % this.granularity;
      this.#content.write(rest.subarray(0, room));
      if (rest.length >= room) this.#committed = this.#content.checkpoint();
      rest = rest.subarray(room);
    }
  }
}

/** All uploads in progress. */
export class UploadSessions {
  /** Most bytes that are kept of one upload. */
  readonly keptBytes: number;
  readonly #byId = new Map<string, UploadSession>();

  constructor(keptBytes: number) {
    this.keptBytes = keptBytes;
  }

  start(target: UploadTarget): UploadSession {
    const session = new UploadSession(
      `${EMULATED_SECRET}upload-${randomId(32)}`,
      target,
      this.keptBytes,
    );
    this.#byId.set(session.id, session);
    dropOldest(this.#byId, MOST_SESSIONS);
    return session;
  }

  withId(id: string): UploadSession | undefined {
    return this.#byId.get(id);
  }
}
