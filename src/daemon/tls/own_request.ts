/**
 * Requests from commands to the gateway on this machine, over http or https. Its certificate is for the
 * names that clients use, and perhaps from an authority that this machine doesn't trust. So commands compare
 * it with the fingerprint that the gateway has written into its data folder.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { joinBytes } from "../../base/join_bytes.ts";
import { utf8Text } from "../../base/text/text.ts";

/** Most bytes of a response. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The request. */
export interface OwnRequest {
  /** As in `https://127.0.0.1:8045/healthz`. */
  readonly url: string;
  /** A POST has no body. Default: GET. */
  readonly method?: "GET" | "POST";
  /** The SHA-256 of the only certificate that is accepted. Default: any; send no secret then. */
  readonly fingerprint?: string | undefined;
  /** Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest time, in ms. */
  readonly timeoutMs: number;
}

/** The response. */
export interface OwnResponse {
  readonly code: number;
  /** The name that the program reports; undefined if it reports none. */
  readonly server: string | undefined;
  readonly body: string;
}

/** Thrown when a server is not the one whose certificate is known. */
export class OtherCertificate extends Error {
  override readonly name = "OtherCertificate";
}

/**
 * Sends a request. It is HTTP/1.0, so the response ends with the connection. `fetch` can't accept a
 * certificate by its fingerprint, and it would use the environment's proxy, even for loopback.
 *
 * @throws {OtherCertificate} when the server shows another certificate than the known one.
 * @throws {Error} when there is no response of HTTP.
 */
export function requestFromOwn(request: OwnRequest): Promise<OwnResponse> {
  const { url, method = "GET", fingerprint, headers = {}, timeoutMs } = request;
  const { protocol, hostname, port, host, pathname } = new URL(url);
  const at = { host: hostname.replace(/^\[(.*)\]$/, "$1") };
  const lines = [`${method} ${pathname} HTTP/1.0`, `host: ${host}`, "connection: close"];
  if (method === "POST") lines.push("content-length: 0");
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  const head = `${lines.join("\r\n")}\r\n\r\n`;
  const { promise, resolve, reject } = Promise.withResolvers<OwnResponse>();
  const socket: Socket = protocol === "https:" ? secure() : plain();
  const limit = setTimeout(
    () => reject(new Error(`it took longer than ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const chunks: Uint8Array[] = [];
  let length = 0;
  socket.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    if ((length += chunk.length) > MAX_BYTES) reject(new Error("its response is too long"));
  });
  socket.on("error", reject);
  socket.on("close", () => {
    const response = responseIn(utf8Text(joinBytes(chunks)));
    if (response === undefined) reject(new Error("it does not respond in HTTP"));
    else resolve(response);
  });
  return promise.finally(() => {
    clearTimeout(limit);
    socket.destroy();
  });

  function plain(): Socket {
    return connect({ ...at, port: Number(port || 80) }, () => void socket.write(head));
  }

  function secure(): Socket {
    const options = { rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] };
    const made = connectTls({ ...at, ...options, port: Number(port || 443) }, () => {
      // Nothing is sent before the certificate is known.
      const shown = made.getPeerCertificate().fingerprint256;
      if (fingerprint === undefined || shown === fingerprint) made.write(head);
      else reject(new OtherCertificate(`${host} shows another certificate`));
    });
    return made;
  }
}

function responseIn(text: string): OwnResponse | undefined {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end + 2);
  const code = /^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1];
  if (end < 0 || code === undefined) return undefined;
  const server = /\r\nserver: *([\x20-\x7e]{1,60})\r\n/i.exec(head)?.[1];
  return { code: Number(code), server, body: text.slice(end + 4) };
}
