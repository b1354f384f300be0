/**
 * Finds the sealing key: in a file that the user names, else one from the service manager, else one that
 * Pollux makes in the data folder.
 *
 * @see {@link https://systemd.io/CREDENTIALS/}
 * @module
 */
import { dirname, join } from "node:path";
import type { DataFolder } from "../folder/data_folder.ts";
import { exists } from "../folder/private_file.ts";
import { loadSealKey, readSealKey } from "./seal_key.ts";

/** The name of the service manager's credential with the key. */
const CREDENTIAL = "pollux-master-key";

/** The variables about the key; an empty one counts as unset. */
export interface KeyPlaces {
  /** `POLLUX_MASTER_KEY_FILE`: the user's key file. */
  readonly masterKeyFile?: string | undefined;
  /** `CREDENTIALS_DIRECTORY`: the folder of the service manager's credentials. */
  readonly credentialsDirectory?: string | undefined;
}

/** The source of the sealing key. */
export interface KeySource {
  /** The file's name in messages. */
  readonly path: string;
  /** Whether Pollux may make and replace the file. */
  readonly isOurs: boolean;
  /** Whether gateways on other machines need the same key. Default: no. */
  readonly isShared?: boolean;
  /**
   * Reads the current key.
   *
   * @param options.mayCreate False if something is sealed already, since a new key could not open it.
   * @throws {StoreError} when it is missing, damaged or open to others.
   */
  load(options: { readonly mayCreate: boolean }): Uint8Array<ArrayBuffer>;
}

/** Returns the key source of that folder. A file that the user named is never ignored. */
export function findKeySource(folder: DataFolder, places: KeyPlaces): KeySource {
  return findKeptKey(places) ?? {
    path: folder.key,
    isOurs: true,
    load: (options) => loadSealKey(folder.key, options),
  };
}

/** Returns the source of a key that Pollux did not make; undefined if there is none. */
export function findKeptKey(places: KeyPlaces): KeySource | undefined {
  const { masterKeyFile, credentialsDirectory } = places;
  const credential = credentialsDirectory ? join(credentialsDirectory, CREDENTIAL) : undefined;
  if (masterKeyFile) {
    return keptByUser(masterKeyFile, {
      groupMayRead: credentialsDirectory !== undefined &&
        dirname(masterKeyFile) === dirname(join(credentialsDirectory, CREDENTIAL)),
    });
  }
  // The folder may exist for other credentials only.
  return credential !== undefined && exists(credential)
    ? keptByUser(credential, { groupMayRead: true })
    : undefined;
}

/**
 * @param options.groupMayRead systemd gives its files mode 0400 and grants the service's user access with
 * an ACL, whose mask shows as the group's read permission; only the service can access the folder.
 */
function keptByUser(path: string, options: { readonly groupMayRead: boolean }): KeySource {
  return { path, isOurs: false, load: () => readSealKey(path, options) };
}
