/**
 * Which Pollux this is.
 *
 * @module
 */
import { VERSION_LINE } from "../version/version.ts";
import type { Finding } from "./finding.ts";

/** Names the version, the runtime's and the machine. Whether there is a newer one is asked nobody. */
export function checkVersion(): readonly Finding[] {
  const { os, arch } = Deno.build;
  const message = `${VERSION_LINE}, Deno ${Deno.version.deno}, ${os} ${arch}`;
  return [{ check: "version", severity: "ok", message }];
}
