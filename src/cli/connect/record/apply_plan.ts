/**
 * Carries out a plan: all of it, or nothing.
 *
 * @module
 */
import {
  checkUnchanged,
  isSame,
  readSettingsFile,
  removeDraft,
  removeSettingsFile,
  writeSettingsFile,
} from "../files/settings_file.ts";
import { type ConnectionPlan, keptMeanwhile, type PlannedFile } from "./connection_plan.ts";
import type { ConnectionRecords, KeptConnection } from "./connection_record.ts";

/**
 * Writes the files. The record is written before them, and forgotten after them, so that a process that dies in between
 * leaves nothing that cannot be undone.
 *
 * @throws {Error} when a file was changed since the plan was made, or cannot be written; all files are as before then.
 */
export async function applyPlan(plan: ConnectionPlan, records: ConnectionRecords): Promise<void> {
  const { client, files, kept, keep } = plan;
  using _lock = records.lock();
  const now = records.read(client)?.record;
  if (JSON.stringify(now) !== JSON.stringify(kept?.record)) {
    throw new Error(`Another command has just changed the settings of ${client}; try again`);
  }
  for (const { file } of files) checkUnchanged(file);
  const meanwhile = keptMeanwhile(plan);
  const done: PlannedFile[] = [];
  try {
    if (meanwhile !== undefined) records.write(meanwhile);
    for (const planned of files) {
      if (await change(planned)) done.push(planned);
    }
  } catch (error) {
    for (const { file } of done.toReversed()) {
      await change({ file: readSettingsFile(file.path), next: file.bytes, folders: file.missing });
    }
    restore(kept);
    throw error;
  }
  if (keep === undefined) records.remove(client);
  else if (meanwhile !== keep) records.write(keep);

  function restore(former: KeptConnection | undefined): void {
    if (former !== undefined) records.write(former);
    else records.remove(client);
  }
}

/** Changes one file; gives whether there was anything to change. */
async function change(
  { file, next, folders }: Pick<PlannedFile, "file" | "next" | "folders">,
): Promise<boolean> {
  if (isSame(file.bytes, next)) {
    removeDraft(file);
    return false;
  }
  if (next === undefined) removeSettingsFile(file, folders);
  else await writeSettingsFile(file, next);
  return true;
}
