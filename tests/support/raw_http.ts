/**
 * HTTP/1.1 byte for byte, for what no HTTP client would send.
 *
 * @module
 */

/** A response, taken apart. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came: chunked framing is left in. */
  readonly body: string;
}

/**
 * Sends bytes on a connection of their own and reads one response: as much as it declares, or until the
 * server closes the connection.
 *
 * @param port Of a server on 127.0.0.1.
 * @param request A request, or the beginning of one.
 */
export async function rawRequest(port: number, request: string | Uint8Array): Promise<RawResponse> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(connection, typeof request === "string" ? encode(request) : request);
  return await readResponse(connection);
}

/** Reads one response. */
export async function readResponse(connection: Deno.Conn): Promise<RawResponse> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  while (!isWhole(text)) {
    const count = await connection.read(buffer);
    if (count === null) break;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return parseResponse(text);
}

/** Whether a text holds a body as long as its Content-Length says; never without one. */
function isWhole(text: string): boolean {
  if (!text.includes("\r\n\r\n")) return false;
  const { headers, body } = parseResponse(text);
  const length = headers.get("content-length");
  return length !== null && new TextEncoder().encode(body).length >= Number(length);
}

/** Whether a text holds a request with as much body as it declares, or all of its chunks. */
export function isWholeRequest(text: string): boolean {
  const split = text.indexOf("\r\n\r\n");
  if (split < 0) return false;
  const head = text.slice(0, split + 2);
  const body = text.slice(split + 4);
  if (/\r\ntransfer-encoding: chunked\r\n/i.test(head)) return /(?:^|\r\n)0\r\n\r\n$/.test(body);
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? "0";
  return new TextEncoder().encode(body).length >= Number(length);
}

/** Closes a connection that may be closed already. */
export function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}

/** Writes all of the bytes. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Each character is one byte, so that a test can send bytes that are no UTF-8. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Takes a response apart; status 0 where there is none. */
export function parseResponse(text: string): RawResponse {
  const split = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = (split < 0 ? text : text.slice(0, split)).split("\r\n");
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return {
    status: Number(statusLine.split(" ")[1] ?? 0),
    headers,
    body: split < 0 ? "" : text.slice(split + 4),
  };
}
