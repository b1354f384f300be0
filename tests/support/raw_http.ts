/**
 * HTTP/1.1 byte for byte, for what no HTTP client would send.
 *
 * @module
 */

/** An answer, taken apart. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came: chunked framing is left in. */
  readonly body: string;
}

/**
 * Sends bytes on a connection of their own and reads one answer: as much as it declares, or until the
 * server closes the connection.
 *
 * @param port Of a server on 127.0.0.1.
 * @param request A request, or the beginning of one.
 */
export async function rawRequest(port: number, request: string | Uint8Array): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(connection, typeof request === "string" ? encode(request) : request);
  return await readAnswer(connection);
}

/** Reads one answer. */
export async function readAnswer(connection: Deno.Conn): Promise<RawAnswer> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  while (!isWhole(text)) {
    const count = await connection.read(buffer);
    if (count === null) break;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return parseAnswer(text);
}

/** Whether a text holds a body as long as its Content-Length says; never without one. */
function isWhole(text: string): boolean {
  if (!text.includes("\r\n\r\n")) return false;
  const { headers, body } = parseAnswer(text);
  const length = headers.get("content-length");
  return length !== null && new TextEncoder().encode(body).length >= Number(length);
}

/** Whether a text holds a request with as much body as it declares. */
export function isWholeRequest(text: string): boolean {
  const split = text.indexOf("\r\n\r\n");
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1] ?? "0";
  return split >= 0 && new TextEncoder().encode(text.slice(split + 4)).length >= Number(length);
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

/** Takes an answer apart; status 0 where there is none. */
export function parseAnswer(text: string): RawAnswer {
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
