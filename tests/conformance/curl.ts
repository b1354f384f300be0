/**
 * Runs curl.
 *
 * @module
 */
import { bareEnvironment, runTool } from "./run_tool.ts";

/** What curl got. */
export interface CurlReply {
  /** The HTTP status; 0 where none came. */
  readonly status: number;
  readonly body: string;
  /** Why the transfer failed, in curl's words, if it did. */
  readonly failure?: string;
}

/** What to send besides the URL. */
export interface CurlOptions {
  /** Whole header lines. */
  readonly headers?: readonly string[];
  /** A JSON body; with one, the request is a POST. */
  readonly body?: unknown;
}

/**
 * Makes one request, unbuffered (`-N`) and within two minutes.
 *
 * @param url Where to. Taken as it is, without curl's globbing.
 */
export async function curl(url: string, options: CurlOptions = {}): Promise<CurlReply> {
  const { headers = [], body } = options;
  const args = ["-q", "-g", "-sS", "-N", "--max-time", "120", "-w", "\n%{http_code}"];
  for (const header of headers) args.push("-H", header);
  if (body !== undefined) args.push("-H", "Content-Type: application/json", "--data-binary", "@-");
  const { stdout, stderr, success } = await runTool("curl", {
    args: [...args, url],
    env: bareEnvironment(),
    ...(body === undefined ? {} : { input: JSON.stringify(body) }),
  });
  const end = Math.max(stdout.lastIndexOf("\n"), 0);
  const reply = { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
  return success ? reply : { ...reply, failure: stderr.trim() };
}
