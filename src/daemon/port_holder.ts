/**
 * Finds out which program listens on a port that Pollux needs.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { getFromOwn } from "./tls/own_request.ts";

/** Time limit for each of the program's responses, in ms. */
const PATIENCE_MS = 1000;

/**
 * Asks the program that listens on a port for its name, since the operating system tells that only
 * privileged users.
 *
 * @param host The address that Pollux wants to listen on.
 * @returns As in `another Pollux`.
 */
export async function portHolder(host: string, port: number): Promise<string> {
  const name = await nameOf(reachable(host), port);
  if (name === undefined) return "another program";
  return name === "pollux" ? "another Pollux" : `another program ("${name.replaceAll('"', "")}")`;
}

/** The name that the program reports, over http or https; undefined if it reports none. */
async function nameOf(host: string, port: number): Promise<string | undefined> {
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}/healthz`;
  for (const scheme of ["http", "https"]) {
    const url = `${scheme}://${place}`;
    const response = await getFromOwn({ url, timeoutMs: PATIENCE_MS }).catch(ignore);
    if (response !== undefined) return response.server;
  }
  return undefined;
}

/** Returns the address at which this machine reaches a listener. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
