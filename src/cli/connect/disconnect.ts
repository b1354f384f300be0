/**
 * `pollux disconnect CLIENT`: puts the files of a client back.
 *
 * @module
 */
import { dataDir } from "../../config/paths.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { ClientId } from "./clients/client_ids.ts";
import { clientOf } from "./clients/clients.ts";
import { applyPlan } from "./record/apply_plan.ts";
import {
  type ConnectionPlan,
  planDisconnection,
  type PlannedFile,
} from "./record/connection_plan.ts";
import { ConnectionRecords, type KeptConnection } from "./record/connection_record.ts";

/** The flags as parsed. */
export interface DisconnectOptions {
  readonly dataDir?: string;
}

/**
 * Undoes what `connect` did, and says what became of each file.
 *
 * @throws {Error} when a file that was changed since is not one that Pollux changes; all files stay then.
 */
export async function disconnect(
  id: ClientId,
  options: DisconnectOptions,
  terminal: Terminal,
): Promise<void> {
  const { name } = clientOf(id);
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const records = new ConnectionRecords(folder);
  const kept = records.read(id);
  if (kept === undefined) {
    terminal.out(`${name} is not connected; nothing to change`);
    terminal.err(
      `Note: what connect did is kept in the data folder, here "${folder}"; see --data-dir`,
    );
    return;
  }
  const plan = planned(kept, { backups: records.folderOf(id) });
  await applyPlan(plan, records);
  for (const planned of plan.files) terminal.out(wordsFor(planned));
  terminal.out(`${name} is no longer connected.`);
}

function planned(
  kept: KeptConnection,
  { backups }: { readonly backups: string },
): ConnectionPlan {
  try {
    return planDisconnection(kept);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${why}. Mend it and try again; the files as they were are in "${backups}"`, {
      cause,
    });
  }
}

function wordsFor({ file, next, isEdited, left }: PlannedFile): string {
  const { path } = file;
  if (file.bytes === undefined) return `"${path}" is gone, and stays so`;
  if (next === undefined) return `Removed "${path}", which was not there before`;
  if (!isEdited) return `"${path}" is as it was before, byte for byte`;
  const stays = left.length === 0
    ? ""
    : `. What was changed by hand stays: ${left.map((name) => `"${name}"`).join(", ")}`;
  return `"${path}" was changed since; Pollux took back its own settings, and nothing else${stays}`;
}
