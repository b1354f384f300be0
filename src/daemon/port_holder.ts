/**
 * Finds out which program listens on a port that Pollux needs.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { requestFromOwn } from "./tls/own_request.ts";

/** The name that gateways report. */
export const POLLUX = "pollux";

/** What {@linkcode portHolder} returns for a gateway. */
export const ANOTHER_POLLUX = "another Pollux";

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
  const address = reachable(host);
  const place = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  const name = await nameAt(`http://${place}`) ?? await nameAt(`https://${place}`);
  if (name === undefined) return "another program";
  return name === POLLUX ? ANOTHER_POLLUX : `another program ("${name.replaceAll('"', "")}")`;
}

/** The name that the program at a URL reports; undefined if it reports none. */
export async function nameAt(url: string): Promise<string | undefined> {
  const request = { url: `${url}/healthz`, timeoutMs: PATIENCE_MS };
  return (await requestFromOwn(request).catch(ignore))?.server;
}

/** Returns the address at which this machine reaches a listener. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
