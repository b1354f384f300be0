/**
 * An upstream on bare TCP that writes its responses byte for byte, for framings that no server writes.
 *
 * @module
 */
import { OwnPath, STRAY } from "./own_path.ts";
import { closeQuietly, encode, isWholeRequest, writeAll } from "./raw_http.ts";

/** One response: its head's other lines, and its body in the pieces in which it is written. */
export interface RawResponse {
  /** Default: `HTTP/1.1 200 OK`. */
  readonly statusLine?: string;
  /** Header lines. Without a length or chunks the body ends when the connection does. */
  readonly headers?: readonly string[];
  readonly body: string | readonly string[];
  /** Pause before every piece but the first, in ms. */
  readonly pauseMs?: number;
}

/** An upstream that listens. */
export interface RawUpstream extends AsyncDisposable {
  readonly url: string;
  /** First lines of the requests that came, without those for tokens. */
  readonly requests: readonly string[];
}

/**
 * Starts an upstream that answers each request and closes the connection.
 *
 * @param answer Answers a request; `index` counts them from 0.
 */
export function startRawUpstream(
  answer: (request: { readonly line: string; readonly index: number }) => RawResponse,
): RawUpstream {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const path = new OwnPath();
  const open = new Set<Deno.Conn>();
  const requests: string[] = [];
  const tasks: Promise<void>[] = [];

  async function serve(connection: Deno.Conn): Promise<void> {
    open.add(connection);
    try {
      const request = await readRequest(connection);
      if (request === undefined) return;
      const line = path.restOf(request);
      if (line === undefined) return await writeAll(connection, encode(STRAY));
      requests.push(line);
      await write(connection, answer({ line, index: requests.length - 1 }));
    } catch {
      // A client that leaves ends its response.
    } finally {
      open.delete(connection);
      closeQuietly(connection);
    }
  }

  async function accept(): Promise<void> {
    for await (const connection of listener) tasks.push(serve(connection));
  }

  const accepting = accept();
  return {
    url: `http://127.0.0.1:${listener.addr.port}${path.prefix}`,
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) closeQuietly(connection);
      await accepting;
      await Promise.all(tasks);
    },
  };
}

/** A body as one chunk of the chunked framing, with its end. */
export function chunked(body: string): RawResponse {
  const length = new TextEncoder().encode(body).length;
  return {
    headers: ["Transfer-Encoding: chunked"],
    body: `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  };
}

/** A body with its length. */
export function sized(body: string, headers: readonly string[] = []): RawResponse {
  const length = new TextEncoder().encode(body).length;
  return { headers: [`Content-Length: ${length}`, ...headers], body };
}

async function readRequest(connection: Deno.Conn): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  while (!isWholeRequest(text)) {
    const count = await connection.read(buffer);
    if (count === null) return undefined;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text.slice(0, text.indexOf("\r\n"));
}

async function write(connection: Deno.Conn, response: RawResponse): Promise<void> {
  const { statusLine = "HTTP/1.1 200 OK", headers = [], pauseMs = 0 } = response;
  const pieces = typeof response.body === "string" ? [response.body] : response.body;
  const head = [statusLine, "Content-Type: application/json", ...headers].join("\r\n");
  const encoder = new TextEncoder();
  await writeAll(connection, encoder.encode(`${head}\r\n\r\n`));
  for (const [nth, piece] of pieces.entries()) {
    if (nth > 0 && pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await writeAll(connection, encoder.encode(piece));
  }
}
