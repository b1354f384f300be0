/**
 * Keeps copies of files while clients upload them. An upload never waits for its copy, and never fails with it.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import type { Copies, CopyWriter } from "../../base/stored/copies.ts";
import { fileFacts } from "../../gemini/resources/file_facts.ts";
import { isResourceName } from "../../gemini/resources/resources.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import { boundaryOf, RelatedMedia } from "./related_media.ts";

/** Most upload sessions that are copied at a time, and the longest pause between their requests, in ms. */
const MOST_UPLOADS = 64;
const LONGEST_PAUSE_MS = 3_600_000;

/** Copies the bytes of one request. */
export interface RequestCopy {
  /** Adds bytes of the request's body. The caller must not change them afterwards. */
  write(piece: Uint8Array): void;
  /** Upstream accepted the request. */
  accepted(): void;
  /** The request failed; its bytes may be sent again. */
  failed(): void;
  /** The upload is complete. */
  complete(writer: (copy: CopyWriter) => void): void;
}

/** The copy of an upload session. */
interface Part {
  readonly copy: CopyWriter;
  /** How many bytes upstream has confirmed. */
  confirmed: number;
}

/** The properties of an upload request that matter for its copy. */
export interface CopiedRequest {
  /** The name of the upload session that it continues; undefined for a whole file. */
  readonly upload: string | undefined;
  readonly offset: number;
  readonly hasBytes: boolean;
  readonly contentType: string;
}

/** The copies of the uploads in progress. */
export class UploadCopies {
  readonly #copies: Copies | undefined;
  readonly #parts = new LRUCache<string, Part>({
    max: MOST_UPLOADS,
    ttl: LONGEST_PAUSE_MS,
    updateAgeOnGet: true,
    dispose: ({ copy }) => copy.giveUp(),
  });

  constructor(copies: Copies | undefined) {
    this.#copies = copies;
  }

  /** The copy for a request; undefined if none is kept. */
  of(request: CopiedRequest): RequestCopy | undefined {
    if (request.upload !== undefined) return this.#resumed(request, request.upload);
    const copy = request.hasBytes ? this.#copies?.begin() : undefined;
    return copy && wholeFile(copy, request.contentType);
  }

  /**
   * Ends the copy of an upload that has ended with a file, or without one.
   *
   * @param how `json`: the response; `file`: the file that it describes, if it is the caller's; `upload`: as in
   * {@linkcode CopiedRequest}.
   */
  end(
    { json, file, upload, copy, callerId }: {
      readonly json: Uint8Array;
      readonly file: StoredResource | undefined;
      readonly upload: string | undefined;
      readonly copy: RequestCopy | undefined;
      readonly callerId: string;
    },
  ): void {
    const facts = file === undefined ? undefined : fileFacts(json);
    if (file === undefined || facts === undefined || !isResourceName(file.name, "files")) {
      copy?.failed();
    } else {
      // An earlier file with the same name may have a copy.
      this.#copies?.delete(file.name);
      copy?.complete((writer) => {
        if (facts.sizeBytes !== undefined && facts.sizeBytes !== writer.length) writer.giveUp();
        const { mimeType, displayName } = facts;
        const { name, expiresAtMs: untilMs } = file;
        writer.commit({ name, mimeType, displayName, callerId, untilMs });
      });
    }
    if (upload !== undefined) this.#parts.delete(upload);
  }

  #resumed({ offset, hasBytes }: CopiedRequest, upload: string): RequestCopy | undefined {
    let part = this.#parts.get(upload);
    if (part === undefined && hasBytes && offset === 0) {
      const copy = this.#copies?.begin();
      if (copy === undefined) return undefined;
      part = { copy, confirmed: 0 };
      this.#parts.set(upload, part);
    }
    return part && chunk(part, hasBytes ? offset : part.copy.length);
  }
}

/** Copies a chunk of an upload session. A chunk that is sent again replaces the former one. */
function chunk(part: Part, offset: number): RequestCopy {
  const { copy } = part;
  const replacesConfirmed = offset < part.confirmed;
  copy.cut(offset);
  return {
    write: (piece) => copy.write(piece),
    accepted() {
      part.confirmed = copy.length;
    },
    failed() {
      // Upstream may have the former bytes or the new ones.
      if (replacesConfirmed) copy.giveUp();
    },
    complete: (writer) => writer(copy),
  };
}

/** Copies a file in one request: the body is the file, or has two parts. */
function wholeFile(copy: CopyWriter, contentType: string): RequestCopy {
  const boundary = boundaryOf(contentType);
  const media = boundary === undefined
    ? undefined
    : new RelatedMedia(boundary, (bytes) => copy.write(bytes));
  return {
    write: (piece) => media === undefined ? copy.write(piece) : media.push(piece),
    accepted() {},
    failed: () => copy.giveUp(),
    complete(writer) {
      if (media !== undefined && !media.isComplete) copy.giveUp();
      writer(copy);
    },
  };
}
