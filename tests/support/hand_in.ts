/**
 * Files that a user hands to Pollux: keys, credentials, configuration. They hold secrets in clear, and
 * are the only files of the tests that may.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { HANDED_IN } from "./planted.ts";

/**
 * Writes such a file (mode 0600).
 *
 * @param folder A test's own folder.
 * @param file Its `name` may have folders in front; bytes are written as they are.
 * @returns Its path.
 */
export function handIn(
  folder: string,
  { name, text }: { readonly name: string; readonly text: string | Uint8Array },
): string {
  const path = join(folder, HANDED_IN, name);
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  Deno.writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}
