/**
 * Listeners with TLS, and clients that say which certificate they were shown.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ignore } from "../../../src/base/ignore.ts";
import { listen, type Listener, type ListenOptions } from "../../../src/daemon/listen.ts";
import type { KeyPair } from "../../../src/daemon/tls/key_pair.ts";
import { selfSigned } from "../../../src/daemon/tls/self_signed.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import type { Handler } from "../../../src/server/app.ts";

/** Two pairs for this machine's names. */
export const OLD_PAIR = selfSigned(["localhost", "127.0.0.1"]);
export const NEW_PAIR = selfSigned(["localhost", "127.0.0.1"]);

/** Options of a listener whose troubles fail the test. */
export function listenOptions(tls: KeyPair | undefined): ListenOptions {
  return {
    host: "127.0.0.1",
    port: 0,
    tls,
    redaction: new Redaction([]),
    onError: (error) => assert.fail(String(error)),
    onShortage: (error) => assert.fail(`A shortage: ${error}`),
    onRecovery: ignore,
  };
}

/** Listens with the old pair. */
export function listenWithTls(
  handler: Handler,
  options: Partial<ListenOptions> = {},
): Promise<Listener> {
  return listen(handler, { ...listenOptions(OLD_PAIR), ...options });
}

/** Fetches over a connection of its own, which trusts the pairs' certificates alone. */
export async function fetchTrusting(
  pairs: readonly KeyPair[],
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  using client = Deno.createHttpClient({ caCerts: pairs.map(({ cert }) => cert) });
  const response = await fetch(url, { ...init, client });
  const body = await response.bytes();
  return new Response(body, response);
}

/** Which of the two pairs a new connection is shown; "none" if there is no connection. */
export async function shownPair(url: string): Promise<"old" | "new" | "none"> {
  for (const [name, pair] of [["old", OLD_PAIR], ["new", NEW_PAIR]] as const) {
    try {
      await fetchTrusting([pair], url);
      return name;
    } catch {
      // The other one, or nobody.
    }
  }
  return "none";
}
