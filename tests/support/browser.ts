/**
 * A real Chromium: the first `chromium` on the PATH.
 *
 * @module
 */
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { Lack } from "./left_out.ts";

/** Longest wait for anything in the browser, in ms. */
export const PATIENCE_MS = 60_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function findChromium(): string | undefined {
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    const path = join(folder, "chromium");
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not there, or not to be seen.
    }
  }
  return undefined;
}

const CHROMIUM = findChromium();

/** Why tests in a browser are left out here: not every machine of continuous integration has a Chromium. */
export const NO_CHROMIUM: Lack | undefined = CHROMIUM === undefined
  ? {
    reason: "no chromium on the PATH",
    isExcused: !Deno.build.target.startsWith("x86_64-unknown-linux"),
  }
  : undefined;

/** Starts a Chromium that knows nothing yet. */
export async function startBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("There is no chromium on the PATH; install it");
  return await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    timeout: PATIENCE_MS,
  });
}
