/**
 * Copies of files in a folder: one sealed file for each, named after the SHA-256 of the original's name. The list of
 * copies is held in memory, and read from the folder at start.
 *
 * @module
 */
import { hash } from "node:crypto";
import { join } from "node:path";
import type { WallClock } from "../../base/clock.ts";
import type {
  Copies,
  CopyFacts,
  CopyLimits,
  CopyWriter,
  OpenCopy,
} from "../../base/stored/copies.ts";
import type { Sealer } from "../../base/stored/sealer.ts";
import { openPrivateFolder } from "../folder/data_folder.ts";
import { giveToFoldersOwner } from "../folder/private_file.ts";
import { CopyPart, type PartFile } from "./copy_part.ts";
import { openCopy } from "./open_copy.ts";

/** How long a copy is kept, in ms: as long as Google keeps a file. */
const LIFE_MS = 48 * 3_600_000;

/** Most copies, whatever their size. */
const MOST_COPIES = 10_000;

/** How often expired copies are deleted, in ms. */
const ROUND_MS = 60_000;

const COPY = /^[0-9a-f]{64}$/;

const PART_END = ".part";

/** The options of {@linkcode FolderCopies}. */
export interface FolderCopiesOptions {
  /** The folder. It is created once copies are enabled. */
  readonly path: string;
  readonly sealer: Sealer;
  readonly clock: WallClock;
  /** Called when a copy cannot be kept or read. */
  readonly onProblem: (what: string, error: unknown) => void;
  /** Creates the file of a copy. Default: on the disk. */
  readonly create?: (path: string) => Promise<PartFile>;
}

/** A copy. */
interface Entry {
  readonly id: string;
  readonly bytes: number;
  readonly untilMs: number;
  /** Resolves when the file has its final name. */
  readonly written: Promise<void>;
}

/** The copies in a folder. One process at a time may use it. */
export class FolderCopies implements Copies {
  readonly #options: FolderCopiesOptions;
  /** By digests of names, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** The copies that are being written, with their lengths. */
  readonly #parts = new Map<CopyPart, number>();
  #usedBytes = 0;
  #limits: CopyLimits | undefined;
  #isRead = false;
  #serial = 0;
  /** The changes of the folder, which run one after the other. */
  #work: Promise<void> = Promise.resolve();
  #round: ReturnType<typeof setInterval> | undefined;

  constructor(options: FolderCopiesOptions) {
    this.#options = options;
  }

  limit(limits: CopyLimits | undefined): void {
    const isFirst = !this.#isRead;
    this.#isRead = true;
    this.#limits = limits;
    if (limits === undefined) {
      clearInterval(this.#round);
      this.#round = undefined;
      for (const part of this.#parts.keys()) part.giveUp();
      this.#entries.clear();
      this.#usedBytes = [...this.#parts.values()].reduce((sum, bytes) => sum + bytes, 0);
      this.#do(
        "Cannot delete the copies of files",
        () => remove(this.#options.path, { recursive: true }),
      );
      return;
    }
    this.#round ??= setInterval(() => this.#dropOld(), ROUND_MS);
    this.#do("Cannot use the folder of copies", async () => {
      openPrivateFolder(this.#options.path);
      if (isFirst) await this.#readFolder();
      this.#dropOld();
    });
  }

  begin(): CopyWriter | undefined {
    if (this.#limits === undefined) return undefined;
    const path = join(this.#options.path, `${crypto.randomUUID()}${PART_END}`);
    const committed = Promise.withResolvers<void>();
    let digest: string | undefined;
    const part: CopyPart = new CopyPart({
      create: () => (this.#options.create ?? createFile)(path),
      sealer: this.#options.sealer,
      hasRoom: (length) => this.#hasRoom(part, length),
      onEnd: (end, error) => {
        this.#usedBytes -= this.#parts.get(part) ?? 0;
        this.#parts.delete(part);
        if (error !== undefined) {
          this.#options.onProblem("No copy of an upload is kept", error);
        }
        this.#do("Cannot keep the copy of a file", async () => {
          // Unless the copy was deleted or replaced meanwhile.
          const current = digest !== undefined &&
              this.#entries.get(digest)?.written === committed.promise
            ? digest
            : undefined;
          try {
            if (end === "complete" && current !== undefined) {
              await Deno.rename(path, this.#pathOf(current));
            } else await remove(path);
          } finally {
            if (end === "given up" && current !== undefined) this.#drop(current);
            committed.resolve();
          }
        });
      },
    });
    this.#parts.set(part, 0);
    return writerOf(part, (facts) => {
      digest = digestOf(facts.name);
      this.#drop(digest);
      this.#usedBytes -= this.#parts.get(part) ?? 0;
      this.#parts.set(part, 0);
      this.#add(digest, {
        id: `${digest} ${++this.#serial}`,
        bytes: part.length,
        untilMs: Math.min(facts.untilMs, this.#options.clock.now() + LIFE_MS),
        written: committed.promise,
      });
      this.#dropOld();
    });
  }

  idOf(name: string): string | undefined {
    const entry = this.#entries.get(digestOf(name));
    return entry !== undefined && entry.untilMs > this.#options.clock.now() ? entry.id : undefined;
  }

  async open(name: string): Promise<OpenCopy | undefined> {
    const digest = digestOf(name);
    const entry = this.#entries.get(digest);
    if (entry === undefined || this.idOf(name) === undefined) return undefined;
    await entry.written;
    const { sealer, clock, onProblem } = this.#options;
    const onDamage = (error: unknown) => {
      onProblem("The copy of a file is not used", error);
      if (this.#entries.get(digest) === entry) this.delete(name);
    };
    try {
      const copy = await openCopy({ path: this.#pathOf(digest), name, sealer, onDamage });
      if (copy.untilMs > clock.now()) return copy;
      await copy.content.cancel();
      this.delete(name);
    } catch (error) {
      if (this.#entries.get(digest) === entry) onDamage(error);
    }
    return undefined;
  }

  delete(name: string): void {
    this.#delete(digestOf(name));
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#parts.keys()].map((part) => part.settled()));
    await Promise.all([...this.#entries.values()].map(({ written }) => written));
    await this.#work;
  }

  async close(): Promise<void> {
    clearInterval(this.#round);
    this.#round = undefined;
    for (const part of this.#parts.keys()) part.giveUp();
    await this.settled();
  }

  /** Makes room for the bytes of a copy; returns whether there is enough. */
  #hasRoom(part: CopyPart, length: number): boolean {
    if (this.#limits === undefined || length > this.#limits.mostFileBytes) return false;
    this.#usedBytes += length - (this.#parts.get(part) ?? 0);
    this.#parts.set(part, length);
    // Not for each piece of a file: going through 10,000 copies takes as long as encrypting the piece.
    if (this.#usedBytes > this.#limits.mostBytes) this.#dropOld();
    return this.#usedBytes <= this.#limits.mostBytes;
  }

  #add(digest: string, entry: Entry): void {
    this.#entries.set(digest, entry);
    this.#usedBytes += entry.bytes;
  }

  /** Removes a copy from memory. */
  #drop(digest: string): boolean {
    const entry = this.#entries.get(digest);
    this.#usedBytes -= entry?.bytes ?? 0;
    return this.#entries.delete(digest);
  }

  #delete(digest: string): void {
    if (!this.#drop(digest)) return;
    this.#do("Cannot delete the copy of a file", async () => {
      // A new copy may have been added meanwhile.
      if (!this.#entries.has(digest)) await remove(this.#pathOf(digest));
    });
  }

  /** Deletes expired copies, and the oldest ones while the limits are exceeded. */
  #dropOld(): void {
    const nowMs = this.#options.clock.now();
    const { mostBytes = Infinity } = this.#limits ?? {};
    for (const [digest, { untilMs }] of this.#entries) {
      const isTooMuch = this.#usedBytes > mostBytes || this.#entries.size > MOST_COPIES;
      if (untilMs <= nowMs || isTooMuch) this.#delete(digest);
    }
  }

  /** Lists the copies in the folder, and removes files that an earlier process left unfinished. */
  async #readFolder(): Promise<void> {
    const { path } = this.#options;
    const found: (readonly [digest: string, writtenMs: number, bytes: number])[] = [];
    for await (const { name, isFile } of Deno.readDir(path)) {
      if (isFile && COPY.test(name)) {
        const { mtime, size } = await Deno.stat(join(path, name));
        found.push([name, mtime?.getTime() ?? 0, size]);
      } else if (name.endsWith(PART_END)) await remove(join(path, name));
    }
    for (const [digest, writtenMs, bytes] of found.sort(([, a], [, b]) => a - b)) {
      const id = `${digest} ${++this.#serial}`;
      const untilMs = writtenMs + LIFE_MS;
      this.#add(digest, { id, bytes, untilMs, written: Promise.resolve() });
    }
  }

  #do(what: string, change: () => Promise<void>): void {
    this.#work = this.#work.then(change).catch((error) => this.#options.onProblem(what, error));
  }

  #pathOf(digest: string): string {
    return join(this.#options.path, digest);
  }
}

/** A part as a {@linkcode CopyWriter} that calls `onCommit` before it commits. */
function writerOf(part: CopyPart, onCommit: (facts: CopyFacts) => void): CopyWriter {
  return {
    get length() {
      return part.length;
    },
    get isGivenUp() {
      return part.isGivenUp;
    },
    write: (piece) => part.write(piece),
    cut: (at) => part.cut(at),
    giveUp: () => part.giveUp(),
    commit(facts) {
      if (part.isGivenUp) return;
      onCommit(facts);
      part.commit(facts);
    },
  };
}

async function createFile(path: string): Promise<PartFile> {
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  giveToFoldersOwner(path, await file.stat());
  return file;
}

/** Removes a file or a folder, if it exists. */
async function remove(path: string, options?: Deno.RemoveOptions): Promise<void> {
  try {
    await Deno.remove(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function digestOf(name: string): string {
  return hash("sha256", name, "hex");
}
