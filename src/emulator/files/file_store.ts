/**
 * All files of the emulated Google, by the project that owns them.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import { dropOldest } from "../drop_oldest.ts";
import { randomId } from "../random_id.ts";
import { fileDenied, fileExists } from "./file_errors.ts";
import { type FileSource, type Processing, StoredFile } from "./stored_file.ts";

/** Most files of all projects; the oldest are discarded. */
const MOST_FILES = 5000;
/** Most bytes kept of all files; those of the oldest files are discarded. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Most links to downloads that are kept. */
const MOST_LINKS = 1000;

/** A new file, before the store gives it an id. */
export type NewFile =
  & Pick<FileSource, "project" | "mimeType" | "source" | "content">
  & Partial<Pick<FileSource, "id" | "displayName">>;

/** What a script sets for the files of a project. */
export interface FileSettings {
  /** How new uploads are processed. */
  processing: Processing;
  /** Whether a download is a redirect to another path of the emulator. */
  redirectsDownloads: boolean;
}

/** The target of a download's redirect. */
export interface DownloadLink {
  readonly file: StoredFile;
  readonly account: EmulatedAccount;
}

/** All files. */
export class FileStore {
  readonly #clock: WallClock;
  readonly #files = new Map<string, StoredFile>();
  readonly #settings = new Map<string, FileSettings>();
  readonly #links = new Map<string, DownloadLink>();
  #serial = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** What a script sets for a project. */
  settings(project: string): FileSettings {
    const known = this.#settings.get(project);
    if (known !== undefined) return known;
    const settings: FileSettings = { processing: {}, redirectsDownloads: false };
    this.#settings.set(project, settings);
    return settings;
  }

  /** Adds a file; throws a GoogleError if its id is in use. */
  add(file: NewFile): StoredFile {
    const now = this.#clock.now();
    const { id = randomId(12) } = file;
    this.#discardExpired(now);
    if (this.#files.has(id)) throw fileExists(id);
    const { processing } = this.settings(file.project);
    this.#serial += 1;
    const stored = new StoredFile({
      displayName: undefined,
      ...file,
      id,
      serial: this.#serial,
      processing: file.source === "UPLOADED" ? processing : {},
      now,
    });
    this.#files.set(id, stored);
    this.#discardOldest();
    return stored;
  }

  /** Returns a file of a project; throws a GoogleError if the project has no such file. */
  find(id: string, project: string): StoredFile {
    const file = this.#files.get(id);
    if (file === undefined || file.project !== project || file.expiresAt <= this.#clock.now()) {
      throw fileDenied(id);
    }
    return file;
  }

  /** Counts a read of the file, and returns its resource. */
  read(file: StoredFile): JsonObject {
    file.read(this.#clock.now());
    return file.toJSON();
  }

  /** The files of a project, oldest first. */
  list(project: string): StoredFile[] {
    this.#discardExpired(this.#clock.now());
    return [...this.#files.values()].filter((file) => file.project === project);
  }

  delete(file: StoredFile): void {
    this.#files.delete(file.id);
  }

  setState(file: StoredFile, state: StoredFile["state"]): void {
    file.setState(state, this.#clock.now());
  }

  /** Returns a secret that opens one download without a credential. */
  link(to: DownloadLink): string {
    const link = randomId(32);
    this.#links.set(link, to);
    dropOldest(this.#links, MOST_LINKS);
    return link;
  }

  linked(link: string): DownloadLink | undefined {
    return this.#links.get(link);
  }

  #discardExpired(now: number): void {
    for (const file of this.#files.values()) {
      if (file.expiresAt <= now) this.#files.delete(file.id);
    }
  }

  #discardOldest(): void {
    dropOldest(this.#files, MOST_FILES);
    const files = [...this.#files.values()];
    let kept = files.reduce((sum, { content }) => sum + (content?.keptLength ?? 0), 0);
    for (const { content } of files) {
      if (kept <= MOST_BYTES) return;
      kept -= content?.keptLength ?? 0;
      content?.drop();
    }
  }
}
