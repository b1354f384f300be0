/**
 * Reports the version of this Pollux.
 *
 * @module
 */
import { VERSION_LINE } from "../version/version.ts";
import type { Finding } from "./finding.ts";

/** Reports the version, the runtime's version and the platform. Does not look for a newer version. */
export function checkVersion(): readonly Finding[] {
  const { os, arch } = Deno.build;
  const message = `${VERSION_LINE}, Deno ${Deno.version.deno}, ${os} ${arch}`;
  return [{ check: "version", severity: "ok", message }];
}
