/**
 * Keeps copies of files while clients upload them. An upload never waits for its copy, and never fails with it.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import type { Copies, CopyWriter } from "../../base/copies.ts";
import { fileFacts } from "../../gemini/resources/file_facts.ts";
import { isResourceName } from "../../gemini/resources/resources.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import { boundaryOf, RelatedMedia } from "./related_media.ts";

/** Most uploads in several requests of which a copy is begun, and how long one may go without a request, in ms. */
const MOST_UPLOADS = 64;
const LONGEST_PAUSE_MS = 3_600_000;

/** The copy that the bytes of one request belong to. */
export interface RequestCopy {
  /** Bytes of the request's body, which do not change afterwards. */
  write(piece: Uint8Array): void;
  /** Upstream has taken the request. */
  accepted(): void;
  /** The request failed; its bytes may be sent again. */
  failed(): void;
  /** The upload is complete. */
  complete(writer: (copy: CopyWriter) => void): void;
}

/** The copy of an upload in several requests. */
interface Part {
  readonly copy: CopyWriter;
  /** How many bytes upstream has confirmed. */
  confirmed: number;
}

/** What a request of an upload says. */
export interface CopiedRequest {
  /** A name of the upload that it goes on with; undefined for a whole file. */
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
   * An upload has ended with a file, or without one.
   *
   * @param how `json`: the response; `file`: the file that it describes, if it is the caller's; `upload`: as in {@linkcode CopiedRequest}.
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
      // There may be one of an earlier file with the same name.
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

/** A chunk of an upload. What is sent again replaces what was sent before. */
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
      // Whether upstream has the former bytes or the new ones is not known.
      if (replacesConfirmed) copy.giveUp();
    },
    complete: (writer) => writer(copy),
  };
}

/** A file in one request: its bytes, or a body of two parts. */
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
