/**
 * Finds out which program listens on a port that Pollux needs.
 *
 * @module
 */
import { utf8Bytes, utf8Text } from "../base/text.ts";

/** Time limit for the program's response, in ms. */
const PATIENCE_MS = 1000;

/** Most bytes of a response that are read. */
const HEAD_BYTES = 2048;

/**
 * Asks the program that listens on a port for its name, since the operating system tells that only
 * privileged users.
 *
 * @param host The address that Pollux wants to listen on.
 * @returns As in `another Pollux`.
 */
export async function portHolder(host: string, port: number): Promise<string> {
  const name = /^HTTP\/1\.[^]*?\r\nserver: *([\x20-\x7e]{1,60})\r\n/i.exec(
    await responseOf(reachable(host), port),
  )?.[1];
  if (name === undefined) return "another program";
  return name === "pollux" ? "another Pollux" : `another program ("${name.replaceAll('"', "")}")`;
}

/** Returns its response to a health check; empty if there is none. */
async function responseOf(hostname: string, port: number): Promise<string> {
  let connection: Deno.TcpConn | undefined;
  const late = setTimeout(() => connection?.close(), PATIENCE_MS);
  try {
    connection = await Deno.connect({ hostname, port });
    const question =
      `GET /healthz HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`;
    await connection.write(utf8Bytes(question));
    const response = new Uint8Array(HEAD_BYTES);
    const length = await connection.read(response) ?? 0;
    return utf8Text(response.subarray(0, length));
  } catch {
    return "";
  } finally {
    clearTimeout(late);
    try {
      connection?.close();
    } catch {
      // The connection was closed because of the time limit.
    }
  }
}

/** Returns the address at which this machine reaches a listener. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
