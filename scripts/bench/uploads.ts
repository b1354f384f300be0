/**
 * Uploads a large file through the gateway: in one request, and in chunks as Google's SDKs do.
 *
 * @module
 */

/** Size of the file, in MiB. */
export const FILE_MIB = 1024;

const MIB = 1024 * 1024;

/** The size of the SDKs' chunks, in MiB. */
const CHUNK_MIB = 8;

/** How fast the file was uploaded, in MiB/s. */
export interface UploadFigures {
  readonly whole: number;
  readonly chunks: number;
}

/**
 * Uploads the file both ways.
 *
 * @param url Of the gateway.
 * @throws {Error} When an upload fails.
 */
export async function measureUploads(url: string): Promise<UploadFigures> {
  return {
    whole: await speedOf(() => uploadWhole(url)),
    chunks: await speedOf(() => uploadInChunks(url)),
  };
}

async function speedOf(upload: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await upload();
  return FILE_MIB * 1000 / (performance.now() - startedAtMs);
}

/** Over TCP: `fetch` with a stream would be slower than the gateway. */
async function uploadWhole(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await writeAll(
    connection,
    new TextEncoder().encode(
      `POST /upload/v1beta/files?uploadType=media HTTP/1.1\r\nhost: ${hostname}:${port}\r\n` +
        `content-type: video/mp4\r\ncontent-length: ${FILE_MIB * MIB}\r\nconnection: close\r\n\r\n`,
    ),
  );
  const piece = new Uint8Array(MIB);
  for (let sent = 0; sent < FILE_MIB; sent++) await writeAll(connection, piece);
  const head = new Uint8Array(64);
  const count = await connection.read(head);
  const text = new TextDecoder().decode(head.subarray(0, count ?? 0));
  if (!text.startsWith("HTTP/1.1 200")) throw new Error(`The upload failed: ${text}`);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function uploadInChunks(url: string): Promise<void> {
  const start = await send(`${url}/upload/v1beta/files`, {
    "x-goog-upload-protocol": "resumable",
    "x-goog-upload-command": "start",
  }, "{}");
  const address = start.get("x-goog-upload-url") ?? "";
  const chunk = new Uint8Array(CHUNK_MIB * MIB);
  for (let sent = 0; sent < FILE_MIB; sent += CHUNK_MIB) {
    await send(address, {
      "x-goog-upload-command": sent + CHUNK_MIB < FILE_MIB ? "upload" : "upload, finalize",
      "x-goog-upload-offset": String(sent * MIB),
    }, chunk);
  }
}

async function send(
  url: string,
  headers: Record<string, string>,
  body: BodyInit,
): Promise<Headers> {
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`The upload failed: ${text}`);
  return response.headers;
}
