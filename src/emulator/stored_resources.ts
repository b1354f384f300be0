/**
 * The resources that the emulated Google stores.
 *
 * @module
 */
import type { FileStore } from "./files/file_store.ts";
import type { UploadSessions } from "./files/upload_session.ts";

/** The stores of one emulator. */
export interface StoredResources {
  readonly files: FileStore;
  readonly uploads: UploadSessions;
}
