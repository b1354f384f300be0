/**
 * `pollux connect` without a client: lists the clients.
 *
 * @module
 */
import { delimiter, join, sep } from "node:path";
import { dataDir } from "../../config/paths.ts";
import { tableLines } from "../terminal/table_lines.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { type Client, type ClientPlaces, homeOf } from "./clients/client.ts";
import { clientPlaces } from "./client_places.ts";
import { CLIENTS } from "./clients/clients.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { ConnectionRecords } from "./record/connection_record.ts";

/** What a client is told where only its paths matter. */
const NOWHERE = { url: "", key: "", model: "", smallModel: "" };

/** What a program's file may be called, besides its name. */
const WINDOWS_ENDINGS = [".exe", ".cmd", ".ps1", ".bat"];

/** Prints each client: whether it is there, whether it is connected, and its files. */
export function listClients(options: ConnectOptions, terminal: Terminal): void {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const records = new ConnectionRecords(folder);
  const places = clientPlaces(terminal);
  const clients = CLIENTS.map((client) => ({
    client: client.id,
    isInstalled: isInstalled(client, places),
    connectedTo: connectedTo(client, { records, terminal }),
    files: client.files(places, NOWHERE).map(({ path }) => path),
  }));
  if (options.json) {
    terminal.out(JSON.stringify({ clients }, undefined, 2));
    return;
  }
  const rows = clients.map(({ client, isInstalled, connectedTo, files }) => [
    client,
    isInstalled ? "yes" : "no",
    connectedTo ?? "no",
    files.map((path) => shortPath(path, places)).join(", "),
  ]);
  const lines = tableLines([["CLIENT", "INSTALLED", "CONNECTED", "SETTINGS"], ...rows]);
  for (const line of lines) terminal.out(line);
  terminal.out("");
  terminal.out("To connect one: pollux connect CLIENT; --print only shows what would change");
}

/** The gateway's address. One that cannot be read does not keep the others from being listed. */
function connectedTo(
  { id }: Client,
  { records, terminal }: { readonly records: ConnectionRecords; readonly terminal: Terminal },
): string | undefined {
  try {
    return records.read(id)?.record.url;
  } catch (error) {
    terminal.err(`Note: ${error instanceof Error ? error.message : String(error)}`);
    return "unknown";
  }
}

/** The path with `~` for the home folder. */
function shortPath(path: string, places: ClientPlaces): string {
  const home = homeOf(places);
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** Whether the program is on the `PATH`, or the client has settings already. */
function isInstalled(client: Client, places: ClientPlaces): boolean {
  const { os, env, exists } = places;
  if (client.files(places, NOWHERE).some(({ path }) => exists(path))) return true;
  const endings = os === "windows" ? WINDOWS_ENDINGS : [""];
  return (env("PATH") ?? "").split(delimiter).filter((folder) => folder !== "").some((folder) =>
    endings.some((ending) => exists(join(folder, client.program + ending)))
  );
}
