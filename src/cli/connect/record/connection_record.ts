/**
 * What Pollux keeps of a connected client in the data folder, so that it can undo it: the files as they were, and
 * digests of what it wrote.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import * as z from "zod";
import { parsedJson } from "../../../base/json.ts";
import { heldLock } from "../../../base/held_lock.ts";
import { utf8Bytes } from "../../../base/text/text.ts";
import { openPrivateFolder } from "../../../store/folder/data_folder.ts";
import {
  openPrivateFile,
  refuseLooseMode,
  removeIfThere,
  writePrivateFile,
} from "../../../store/folder/private_file.ts";
import { reasonOf } from "../../../store/folder/reason_of.ts";
import { StoreError } from "../../../store/store_error.ts";
import { CLIENT_IDS, type ClientId } from "../clients/client_ids.ts";
import { FORMAT_NAMES } from "../formats/formats.ts";

const fileSchema = z.object({
  path: z.string().min(1),
  format: z.enum(FORMAT_NAMES),
  /** The name of the copy beside the record; absent if there was no file. */
  backup: z.string().exactOptional(),
  /** SHA-256 of the bytes that Pollux wrote. */
  written: z.string(),
  /** That of the bytes in whose place it wrote them; they are still there if it died before. Absent for no file. */
  replaced: z.string().exactOptional(),
  /** Each setting with the SHA-256 of its value as it is written. */
  settings: z.array(z.object({
    path: z.array(z.string()),
    value: z.string(),
    /** Whether the client needs it as long as the object around it has other members. */
    isNeeded: z.boolean().exactOptional(),
  })),
  /** Folders that Pollux made, the outermost first. */
  folders: z.array(z.string()),
});

const recordSchema = z.object({
  version: z.literal(1),
  client: z.enum(CLIENT_IDS),
  url: z.string(),
  files: z.array(fileSchema),
});

/** One file of a connected client. */
export type FileRecord = z.infer<typeof fileSchema>;

/** A connected client. */
export type ConnectionRecord = z.infer<typeof recordSchema>;

/** A record with its copies, by their names. */
export interface KeptConnection {
  readonly record: ConnectionRecord;
  readonly backups: ReadonlyMap<string, Uint8Array>;
}

/** Keeps records in a data folder, one folder for each client. */
export class ConnectionRecords {
  readonly #dataDir: string;

  /** @param dataDir The data folder; it is made when something is kept. */
  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /**
   * Reads what is kept of a client; undefined if nothing is.
   *
   * @throws {Error} when it cannot be read, or others may read it.
   */
  read(client: ClientId): KeptConnection | undefined {
    const folder = this.folderOf(client);
    const path = join(folder, RECORD);
    const text = keptText(path);
    if (text === undefined) return undefined;
    const { data: record } = recordSchema.safeParse(parsedJson(text));
    if (record === undefined) {
      throw new Error(
        `"${path}" is damaged, or of a later version of Pollux. The files as they were are in the same folder; ` +
          "put them back by hand, and delete the folder",
      );
    }
    const backups = new Map<string, Uint8Array>();
    for (const { backup } of record.files) {
      if (backup !== undefined) backups.set(backup, backupIn(folder, backup));
    }
    return { record, backups };
  }

  /**
   * Keeps a client, in place of what was kept of it; under the lock. The copies are on the disk before the record is,
   * under names of their own, and former copies go after it.
   *
   * @throws {Error} when it cannot be written.
   */
  write({ record, backups }: KeptConnection): void {
    const folder = this.folderOf(record.client);
    openPrivateFolder(folder);
    for (const [name, bytes] of backups) writePrivateFile(join(folder, name), bytes);
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    writePrivateFile(join(folder, RECORD), utf8Bytes(text));
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      if (isFile && name !== RECORD && !backups.has(name)) removeIfThere(join(folder, name));
    }
  }

  /**
   * Keeps other commands from changing records, until it is disposed of.
   *
   * @throws {Error} when another command does so now, or the folder cannot be used.
   */
  lock(): Disposable {
    openPrivateFolder(this.#dataDir);
    openPrivateFolder(join(this.#dataDir, FOLDER));
    const file = openPrivateFile(join(this.#dataDir, FOLDER, LOCK));
    if (file.tryLockSync(true)) return heldLock(file);
    file.close();
    throw new Error("Another command changes the settings of clients now; try again");
  }

  /** Forgets a client. */
  remove(client: ClientId): void {
    const folder = this.folderOf(client);
    // Without the record, nothing reads the copies.
    removeIfThere(join(folder, RECORD));
    try {
      Deno.removeSync(folder, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** The folder with a client's copies. */
  folderOf(client: ClientId): string {
    return join(this.#dataDir, FOLDER, client);
  }
}

const FOLDER = "connect";
const RECORD = "record.json";
const LOCK = "lock";

/** The text of a record; undefined if there is none. */
function keptText(path: string): string | undefined {
  try {
    refuseLooseMode(path, Deno.statSync(path), { wanted: "600" });
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof StoreError) throw error;
    throw new Error(`Cannot read "${path}": ${reasonOf(error)}`, { cause: error });
  }
}

/** A copy, which is not used unless it has the bytes that it was made of. */
function backupIn(folder: string, name: string): Uint8Array {
  const path = join(folder, name);
  const help = `put the client's settings back by hand, and delete the folder "${folder}"`;
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (cause) {
    throw new Error(`Cannot read the copy "${path}": ${reasonOf(cause)}; ${help}`, { cause });
  }
  if (name === backupName(bytes, path)) return bytes;
  throw new Error(`The copy "${path}" is damaged; ${help}`);
}

/**
 * The name of a copy. Other bytes have another name: no copy is written over one that a record still needs.
 *
 * @param path Where the file is, or where such a copy is.
 */
export function backupName(bytes: Uint8Array, path: string): string {
  const name = basename(path).replace(/^[0-9a-f]{16}-/, "");
  return `${digestOf(bytes).slice(0, 16)}-${name}`;
}

/** The SHA-256 of bytes or of a text, in hexadecimal. */
export function digestOf(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
