/**
 * `pollux status`: prints the status of the running gateway.
 *
 * @module
 */
import { delay } from "../../base/delay.ts";
import { dataDir } from "../../config/paths.ts";
import { printable } from "../../gemini/redaction/printable.ts";
import type { GatewayStatus } from "../../server/gateway_status.ts";
import { askGateway, type GatewayResponse } from "./ask_gateway.ts";
import { foldTo } from "../terminal/display_width.ts";
import { statusLines } from "./status_lines.ts";
import { statusSchema } from "../../server/admin/schemas/status_schema.ts";
import type { Terminal, TerminalSize } from "../terminal/terminal.ts";

/** The flags as parsed. */
export interface StatusOptions {
  readonly dataDir?: string;
  /** Print JSON for programs; with `watch`, a line each time. */
  readonly json?: boolean;
  /** Repeat once a second until the process ends. */
  readonly watch?: boolean;
}

/** Interval of a watched status, in ms. */
const WATCH_MS = 1000;

/** Moves a terminal's cursor to the top left and clears what is below. */
const CLEAR = "\x1b[H\x1b[J";

/**
 * Prints the status of the gateway that runs on the data folder.
 *
 * @throws {NotRunning} when no gateway runs, or it stops while it is watched.
 */
export async function status(options: StatusOptions, terminal: Terminal): Promise<void> {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  if (!options.watch) {
    const { response: status } = await askStatus(folder);
    terminal.out(
      options.json ? JSON.stringify(status, undefined, 2) : words(status, terminal.size),
    );
    return;
  }
  // Ctrl+C ends it, as it ends any program without a signal handler.
  while (true) {
    const { url, response: status } = await askStatus(folder);
    if (options.json) terminal.out(JSON.stringify(status));
    else if (!terminal.isInteractive) terminal.out(`${words(status, terminal.size)}\n`);
    else terminal.styled("out", CLEAR + watched(url, status, terminal.size));
    await delay(WATCH_MS);
  }
}

function askStatus(folder: string): Promise<GatewayResponse<GatewayStatus>> {
  return askGateway(folder, { route: "status", schema: statusSchema });
}

/** @param used The lines that something else takes. The line after the last one is the shell's. */
function words(status: GatewayStatus, size: TerminalSize | undefined, used = 1): string {
  const room = size && { ...size, rows: size.rows - used };
  return printable(statusLines(status, { nowMs: Date.now(), size: room }).join("\n"));
}

function watched(url: string, status: GatewayStatus, size: TerminalSize | undefined): string {
  const head = foldTo(`Pollux at ${url}; Ctrl+C ends this`, size?.columns ?? Infinity);
  return [...head, "", words(status, size, head.length + 2)].join("\n");
}
