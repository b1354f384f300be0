/**
 * Installs that may fail, as they do without a network: what needs them is left out then.
 *
 * @module
 */
import { join } from "node:path";

/** What is not there, and why. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}

/** What a failed install throws. */
export class InstallError extends Error {}

/**
 * Tries an install, at most once a run of all tests: the next one would wait as long for nothing.
 *
 * @param name What is installed.
 * @param install Rejects with an {@linkcode InstallError} where it fails.
 * @returns What it gave, or why it failed.
 */
export async function tryInstall<T>(
  name: string,
  install: () => Promise<T>,
): Promise<{ readonly installed: T } | { readonly missing: Missing }> {
  const scratch = Deno.env.get("TEST_SCRATCH");
  const note = scratch && join(scratch, `not-installed-${name.replaceAll(" ", "-")}.txt`);
  const before = note && await Deno.readTextFile(note).catch(() => undefined);
  if (before) return { missing: { name, reason: before } };
  try {
    return { installed: await install() };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    if (note) await Deno.writeTextFile(note, error.message);
    return { missing: { name, reason: error.message } };
  }
}

/** The line of an installer's output that says best why it failed: the first error, or else the last words. */
export function whyItFailed(output: string): string {
  const lines = output.trim().split("\n");
  return (lines.find((line) => /error(?:: |\] )/i.test(line)) ?? lines.at(-1) ?? "").trim();
}
