/**
 * Where the sealing key is: the first of a file that the user names, one that the service manager
 * hands out, and one that Pollux makes in the data folder.
 *
 * @see {@link https://systemd.io/CREDENTIALS/}
 * @module
 */
import { dirname, join } from "node:path";
import type { DataFolder } from "../folder/data_folder.ts";
import { exists } from "../folder/private_file.ts";
import { loadSealKey, readSealKey } from "./seal_key.ts";

/** The name under which the service manager is to hand out the key. */
const CREDENTIAL = "pollux-master-key";

/** What the environment says about the key; an empty text counts as none. */
export interface KeyPlaces {
  /** `POLLUX_MASTER_KEY_FILE`: a file that the user keeps. */
  readonly masterKeyFile?: string | undefined;
  /** `CREDENTIALS_DIRECTORY`: where the service manager puts what it hands out. */
  readonly credentialsDirectory?: string | undefined;
}

/** Gives the sealing key. */
export interface KeySource {
  /** The file, as messages call it. */
  readonly path: string;
  /** True when the file is Pollux's own to make and to replace. */
  readonly isOurs: boolean;
  /** Whether gateways on other machines need the same key. Default: no. */
  readonly isShared?: boolean;
  /**
   * The key as it is now.
   *
   * @param options.mayCreate False when something is sealed already, since a new key would lose it.
   * @throws {StoreError} when it is missing, damaged or open to others.
   */
  load(options: { readonly mayCreate: boolean }): Uint8Array<ArrayBuffer>;
}

/** Finds the place of the key of that folder. A file that the user named is never passed over. */
export function findKeySource(folder: DataFolder, places: KeyPlaces): KeySource {
  return findKeptKey(places) ?? {
    path: folder.key,
    isOurs: true,
    load: (options) => loadSealKey(folder.key, options),
  };
}

/** Finds the place of a key that Pollux did not make; undefined where nobody keeps one. */
export function findKeptKey(places: KeyPlaces): KeySource | undefined {
  const { masterKeyFile, credentialsDirectory } = places;
  const credential = credentialsDirectory ? join(credentialsDirectory, CREDENTIAL) : undefined;
  if (masterKeyFile) {
    return keptByUser(masterKeyFile, {
      groupMayRead: credentialsDirectory !== undefined &&
        dirname(masterKeyFile) === dirname(join(credentialsDirectory, CREDENTIAL)),
    });
  }
  // The folder is there for other credentials too.
  return credential !== undefined && exists(credential)
    ? keptByUser(credential, { groupMayRead: true })
    : undefined;
}

/**
 * @param options.groupMayRead systemd gives its files mode 0400 and lets the service's user in by an
 * access list, whose mask then shows as the group's permission to read; the folder is the service's own.
 */
function keptByUser(path: string, options: { readonly groupMayRead: boolean }): KeySource {
  return { path, isOurs: false, load: () => readSealKey(path, options) };
}
