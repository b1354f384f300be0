/**
 * A KV Connect server of one's own, and a way to it that counts what passes.
 *
 * @module
 */

import { planted } from "./planted.ts";

/** The token that it takes. */
export const TOKEN = planted("store-token");

/** A running server. */
export interface KvServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

/**
 * Starts it and waits until it listens.
 *
 * @param program The path of `denokv`.
 * @param options `database`: the file that it keeps; `port`: default a free one.
 */
export async function startKvServer(
  program: string,
  { database, port = 0 }: { readonly database: string; readonly port?: number },
): Promise<KvServer> {
  const child = new Deno.Command(program, {
    args: ["--sqlite-path", database, "serve", "--addr", `127.0.0.1:${port}`],
    env: { DENO_KV_ACCESS_TOKEN: TOKEN, RUST_LOG: "info" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const listening = Promise.withResolvers<string>();
  const drained = drain(child.stderr, (said) => {
    const url = /Listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
    if (url !== undefined) listening.resolve(url);
  });
  const ended = Promise.all([child.status, drained]).then(([, said]) => {
    listening.reject(new Error(`denokv ended: ${said}`));
  });
  let isRunning = true;
  async function kill(): Promise<void> {
    if (isRunning) child.kill("SIGKILL");
    isRunning = false;
    await ended;
  }
  return { url: await listening.promise, kill, [Symbol.asyncDispose]: kill };
}

/** A way to a server. */
export interface KvRelay extends AsyncDisposable {
  readonly url: string;
  /** Resolves when so many more reads were answered. */
  reads(count: number): Promise<void>;
}

/** Puts a way in front of a server. */
export function startKvRelay(server: KvServer): KvRelay {
  let answered = 0;
  const waiting = new Map<() => void, number>();
  const relay = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const body = await request.arrayBuffer();
    const response = await fetch(`${server.url}${pathname}`, { method: "POST", headers, body });
    const answer = await response.arrayBuffer();
    if (pathname.endsWith("/snapshot_read")) answered++;
    for (const [resolve, count] of waiting) if (answered >= count) resolve();
    const type = response.headers.get("content-type") ?? "";
    return new Response(answer, { status: response.status, headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${relay.addr.port}`,
    async reads(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(resolve, answered + count);
      await promise;
      waiting.delete(resolve);
    },
    [Symbol.asyncDispose]: () => relay.shutdown(),
  };
}

async function drain(
  output: ReadableStream<Uint8Array>,
  note: (text: string) => void,
): Promise<string> {
  let text = "";
  for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
    text = (text + chunk).slice(-10_000);
    note(text);
  }
  return text;
}
