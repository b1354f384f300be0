/**
 * `pollux connect CLIENT`: points a client at the gateway.
 *
 * @module
 */
import { resolve } from "node:path";
import { dataDir } from "../../config/paths.ts";
import { flagFor } from "../terminal/data_dir_flag.ts";
import { UsageError } from "../terminal/fail.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Client, ClientFile, ConnectTarget } from "./clients/client.ts";
import type { ClientId } from "./clients/client_ids.ts";
import { clientOf } from "./clients/clients.ts";
import { clientPlaces } from "./client_places.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { differenceLines } from "./difference.ts";
import { isSame } from "./files/settings_file.ts";
import { proxyNote } from "./proxy_note.ts";
import { applyPlan } from "./record/apply_plan.ts";
import {
  changesFiles,
  type ConnectionPlan,
  planConnection,
  type PlannedFile,
} from "./record/connection_plan.ts";
import { ConnectionRecords } from "./record/connection_record.ts";
import { connectTarget } from "./target/connect_target.ts";

/** Permission bits of group and others to read. */
const OTHERS_READ = 0o044;

/**
 * Shows what would change, asks, and writes it.
 *
 * @throws {UsageError} when nobody can be asked, or a key is missing.
 * @throws {Error} when a file is not one that Pollux changes, or the user says no.
 */
export async function connect(
  id: ClientId,
  options: ConnectOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.json) {
    throw new UsageError("--json is for the list of clients: pollux connect --json");
  }
  const client = clientOf(id);
  const { isKeySecret, ...target } = await connectTarget(id, { options, terminal });
  const files = client.files(clientPlaces(terminal), target).map((file) => ({
    ...file,
    // What is kept has to hold from any folder.
    path: resolve(file.path),
  }));
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const records = new ConnectionRecords(folder);
  const plan = planConnection({ client: id, url: target.url, files }, records.read(id));
  if (!changesFiles(plan)) {
    terminal.out(`${client.name} is connected to ${target.url} already; nothing to change`);
    return;
  }
  show(plan, { files, terminal });
  if (options.print) return;
  agree(options, { client, terminal });
  await applyPlan(plan, records);
  terminal.out(`${client.name} is connected to ${target.url}${modelWords(files, target)}.`);
  // What is kept of the client's files is in the data folder.
  terminal.out(`To undo it: pollux disconnect ${id}${flagFor(options.dataDir)}`);
  for (const note of notesOf(client, { plan, isKeySecret, url: target.url, terminal })) {
    terminal.err(note);
  }
}

function show(
  { files: planned }: ConnectionPlan,
  { files, terminal }: { readonly files: readonly ClientFile[]; readonly terminal: Terminal },
): void {
  for (const { file, next } of planned.filter(isChanged)) {
    const wanted = files.find(({ path }) => path === file.path);
    const words = file.bytes === undefined ? "new" : next === undefined ? "removed" : "changed";
    terminal.out(`${file.path} (${words})`);
    if (wanted === undefined || next === undefined) continue;
    const difference = { before: file.bytes, after: next, file: wanted };
    for (const line of differenceLines(difference)) terminal.out(`  ${line}`);
  }
}

function isChanged({ file, next }: PlannedFile): boolean {
  return !isSame(file.bytes, next);
}

function agree(
  { yes }: ConnectOptions,
  { client, terminal }: { readonly client: Client; readonly terminal: Terminal },
): void {
  if (yes) return;
  if (!terminal.isInteractive) {
    throw new UsageError(
      "Not a terminal, so cannot ask; look at the difference above, and use --yes if you agree",
    );
  }
  if (!terminal.confirm(`Change the settings of ${client.name}?`)) {
    throw new Error("Nothing was changed");
  }
}

/** Names the model, if the client's settings do. */
function modelWords(files: readonly ClientFile[], { model }: ConnectTarget): string {
  const values = files.flatMap(({ settings }) => settings.map(({ value }) => value));
  const isSet = values.some((value) => typeof value === "string" && value.endsWith(model));
  return isSet ? `, with the model ${model}` : "";
}

/** What keeps the client from doing as its file says, or lets others read the key. */
function notesOf(
  client: Client,
  { plan, isKeySecret, url, terminal }: {
    readonly plan: ConnectionPlan;
    readonly isKeySecret: boolean;
    /** The gateway's address. */
    readonly url: string;
    readonly terminal: Terminal;
  },
): readonly string[] {
  const set = client.overriding.filter((name) => terminal.env(name));
  const proxy = proxyNote(client.name, { gateway: url, env: terminal.env });
  const open = plan.files.filter(({ file }) => ((file.info?.mode ?? 0) & OTHERS_READ) !== 0);
  return [
    ...client.advice === undefined ? [] : [`Note: ${client.advice}`],
    ...set.map((name) =>
      `Note: the variable ${name} is set here, and ${client.name} uses it before its settings; unset it`
    ),
    ...proxy === undefined ? [] : [proxy],
    ...isKeySecret && Deno.build.os !== "windows"
      ? open.map(({ file }) =>
        `Note: other users of this machine can read the key; close the file with: chmod 600 "${file.path}"`
      )
      : [],
  ];
}
