/**
 * What connecting or disconnecting a client changes, before anything is written.
 *
 * @module
 */
import type { ClientFile } from "../clients/client.ts";
import type { ClientId } from "../clients/client_ids.ts";
import { fileBytes, fileText } from "../files/file_text.ts";
import { isSame, readSettingsFile, type SettingsFile } from "../files/settings_file.ts";
import { withSettings } from "../formats/change_settings.ts";
import { FORMATS } from "../formats/formats.ts";
import { NotUnderstood } from "../formats/settings_format.ts";
import { backupName, digestOf, type FileRecord, type KeptConnection } from "./connection_record.ts";
import { undoneFile } from "./undo_file.ts";

/** A file, and what it is to be. */
export interface PlannedFile {
  readonly file: SettingsFile;
  /** Undefined if there is to be no file. */
  readonly next: Uint8Array | undefined;
  /** Folders that may go with the file. */
  readonly folders: readonly string[];
  /** Whether only some of the settings are taken back, since the file was changed. */
  readonly isEdited: boolean;
  /** Settings that stay, since they were changed. */
  readonly left: readonly string[];
}

/** A plan. */
export interface ConnectionPlan {
  readonly client: ClientId;
  readonly files: readonly PlannedFile[];
  /** What is kept of the client now, and afterwards; undefined for nothing. */
  readonly kept: KeptConnection | undefined;
  readonly keep: KeptConnection | undefined;
}

/** What to connect. */
export interface Connection {
  readonly client: ClientId;
  readonly url: string;
  readonly files: readonly ClientFile[];
}

/**
 * Plans a connection. If the client is connected already, its files are first as they would be without Pollux, so that
 * the copies stay those of the user's own files.
 *
 * @throws {Error} when a file is not one that Pollux changes.
 */
export function planConnection(
  { client, url, files }: Connection,
  kept: KeptConnection | undefined,
): ConnectionPlan {
  const backups = new Map<string, Uint8Array>();
  const planned = files.map((wanted) => {
    const file = readSettingsFile(wanted.path);
    const old = kept?.record.files.find(({ path }) => path === wanted.path);
    const { before, next } = understood(wanted.path, () => bytesOf(file, { wanted, old, kept }));
    const backup = before === undefined ? undefined : backupName(before, wanted.path);
    if (before !== undefined && backup !== undefined) backups.set(backup, before);
    const record = {
      path: wanted.path,
      format: wanted.format,
      ...(backup === undefined ? {} : { backup }),
      written: digestOf(next),
      ...(file.bytes === undefined ? {} : { replaced: digestOf(file.bytes) }),
      settings: valuesOf(wanted),
      folders: [...file.missing, ...old?.folders ?? []],
    };
    return { record, file: { file, next, folders: [], isEdited: false, left: [] } };
  });
  const isIn = ({ path }: FileRecord) => files.some((file) => file.path === path);
  const stale = kept?.record.files.filter((file) => !isIn(file)) ?? [];
  const record = { version: 1 as const, client, url, files: planned.map(({ record }) => record) };
  return {
    client,
    files: [
      ...planned.map(({ file }) => file),
      ...stale.map((file) => plannedUndo(file, kept)),
    ],
    kept,
    keep: { record, backups },
  };
}

/**
 * Plans the way back.
 *
 * @throws {Error} when a file that was changed since is not one that Pollux changes.
 */
export function planDisconnection(kept: KeptConnection): ConnectionPlan {
  const { client, files } = kept.record;
  return {
    client,
    files: files.map((file) => plannedUndo(file, kept)),
    kept,
    keep: undefined,
  };
}

/**
 * What has to be kept while the plan is carried out: the files that the client no longer has, as long as they are not
 * back as they were.
 */
export function keptMeanwhile({ kept, keep }: ConnectionPlan): KeptConnection | undefined {
  if (kept === undefined || keep === undefined) return keep;
  const { record, backups } = keep;
  const stale = kept.record.files.filter(({ path }) =>
    record.files.every((file) => file.path !== path)
  );
  return {
    record: { ...record, files: [...record.files, ...stale] },
    backups: new Map([...kept.backups, ...backups]),
  };
}

/** Whether the plan changes a file. */
export function changesFiles({ files }: Pick<ConnectionPlan, "files">): boolean {
  return files.some(({ file, next }) => !isSame(file.bytes, next));
}

/** The file without Pollux, and with it. */
function bytesOf(
  { bytes }: SettingsFile,
  { wanted, old, kept }: {
    readonly wanted: ClientFile;
    readonly old: FileRecord | undefined;
    readonly kept: KeptConnection | undefined;
  },
): { readonly before: Uint8Array | undefined; readonly next: Uint8Array } {
  const before = old === undefined
    ? bytes
    : undoneFile(bytes, { file: old, before: backupOf(old, kept) }).bytes;
  const isDone = bytes !== undefined && old !== undefined && hasSettings(bytes, { wanted, old });
  const { mark, text } = fileText(before);
  const settings = { format: FORMATS[wanted.format], settings: wanted.settings };
  const next = isDone ? bytes : fileBytes({ mark, text: withSettings(text, settings) });
  return { before, next };
}

/** Whether a file has the wanted settings, and no others of Pollux. */
function hasSettings(
  bytes: Uint8Array,
  { wanted, old }: { readonly wanted: ClientFile; readonly old: FileRecord },
): boolean {
  const format = FORMATS[wanted.format];
  const { text } = fileText(bytes);
  const values = valuesOf(wanted);
  if (JSON.stringify(values) !== JSON.stringify(old.settings)) return false;
  return values.every(({ path, value }) => {
    const range = format.rangeOf(text, path);
    return range !== undefined && digestOf(text.slice(range.start, range.end)) === value;
  });
}

function valuesOf({ format, settings }: ClientFile): FileRecord["settings"] {
  return settings.map(({ path, value, isNeeded }) => ({
    path: [...path],
    value: digestOf(FORMATS[format].rawOf(value)),
    ...(isNeeded ? { isNeeded } : {}),
  }));
}

function plannedUndo(record: FileRecord, kept: KeptConnection | undefined): PlannedFile {
  const file = readSettingsFile(record.path);
  const undone = understood(
    record.path,
    () => undoneFile(file.bytes, { file: record, before: backupOf(record, kept) }),
  );
  return {
    file,
    next: undone.bytes,
    folders: record.folders,
    isEdited: !undone.isExact,
    left: undone.left,
  };
}

function backupOf(
  { backup }: FileRecord,
  kept: KeptConnection | undefined,
): Uint8Array | undefined {
  return backup === undefined ? undefined : kept?.backups.get(backup);
}

/** Names the file in an error about its text. */
function understood<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    throw new Error(`"${path}" stays as it is: ${error.message}`, { cause: error });
  }
}
