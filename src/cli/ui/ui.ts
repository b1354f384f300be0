/**
 * `pollux ui`: prints an address that opens the page of the running gateway.
 *
 * @module
 */
import * as z from "zod";
import { parsedJson } from "../../base/json.ts";
import { dataDir } from "../../config/paths.ts";
import { runningGateway } from "../running_gateway.ts";
import { noGateway } from "../status/ask_gateway.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Longest wait for the gateway's response, in ms. */
const TIMEOUT_MS = 5000;

/** A code, or the error that came in its place. */
const schema = z.union([
  z.object({ code: z.string().min(1) }),
  z.object({ error: z.object({ code: z.literal(403), message: z.string() }) }),
]);

/** The flags as parsed. */
export interface UiOptions {
  readonly dataDir?: string;
}

/**
 * Prints the address. Its code is behind a `#`, which browsers send nowhere: a script of the page posts it.
 *
 * @throws {NotRunning} when no gateway runs on the data folder.
 * @throws {Error} when it gives no code.
 */
export async function ui(options: UiOptions, terminal: Terminal): Promise<void> {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const gateway = await runningGateway(folder, {
    route: "v1/ui-codes",
    method: "POST",
    isAdmin: true,
    timeoutMs: TIMEOUT_MS,
  });
  if (gateway.state === "none") throw noGateway(folder);
  const { url } = gateway;
  if (gateway.state === "silent") {
    throw new Error(`The gateway at ${url} does not respond: ${gateway.why}`);
  }
  const { data } = schema.safeParse(parsedJson(gateway.response.body));
  if (data === undefined) {
    throw new Error(
      `The gateway at ${url} has no page (HTTP ${gateway.response.code}); restart it, so that it has this version`,
    );
  }
  if ("error" in data) throw new Error(data.error.message);
  terminal.out(`${url}/ui/#${data.code}`);
  if (terminal.isInteractive) {
    terminal.err("Open it in a browser on this machine, within two minutes; it works once.");
  }
}
