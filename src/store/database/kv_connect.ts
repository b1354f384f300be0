/**
 * The calls of the KV Connect protocol: the metadata exchange, which returns the data endpoint, and the
 * calls to that endpoint. Deno's own client retries a failed call for ever and writes each failure to
 * the terminal, so that a gateway could neither continue nor notice that its store is unreachable.
 *
 * @see {@link https://github.com/denoland/denokv/blob/main/proto/kv-connect.md}
 * @module
 */
import * as z from "zod";
import { parsedJson } from "../../base/json.ts";
import { utf8Text } from "../../base/text/text.ts";
import { StoreError, StoreUnreachable } from "../store_error.ts";

/** Time limit of one request, in ms. */
const REQUEST_MS = 5000;

/** How long before its expiry the metadata is requested again, in ms. */
const EARLY_MS = 60_000;

/** Most characters of a server's text in an error message. */
const MOST_WORDS = 200;

/** Most bytes of a server's metadata. */
const MOST_METADATA = 1024 * 1024;

const metadataSchema = z.object({
  version: z.union([z.literal(2), z.literal(3)]),
  databaseId: z.string(),
  endpoints: z.array(z.object({ url: z.string(), consistency: z.string() })),
  token: z.string(),
  expiresAt: z.iso.datetime({ offset: true }),
});

/** The data endpoint. */
interface Place {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** When it expires, in ms since the epoch. */
  readonly endsAtMs: number;
}

interface KvResponse {
  readonly status: number;
  readonly url: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** How to connect to a server. */
export interface KvConnectOptions {
  /** `http://…` or `https://…`, without a user's name or password. */
  readonly url: string;
  /** Gives the access token. */
  readonly accessToken: () => string;
  /** Sends a request as `fetch` does, which is the default. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Called when the server becomes unreachable, and with undefined when it responds again. */
  readonly onAvailability: (problem: StoreUnreachable | undefined) => void;
}

/** A client of a KV Connect server. */
export class KvConnect {
  readonly #options: KvConnectOptions;
  #place: Place | undefined;
  #isDown = false;

  constructor(options: KvConnectOptions) {
    this.#options = options;
  }

  /** The server's name in messages. */
  get name(): string {
    return `The store at "${this.#options.url}"`;
  }

  /**
   * Makes one call.
   *
   * @param body A message of the protocol.
   * @returns The response message.
   * @throws {StoreUnreachable} when the server does not respond, or has a transient failure.
   * @throws {StoreError} when it refuses the call.
   */
  async call(
    method: "snapshot_read" | "atomic_write",
    body: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const answer = await this.#ask(method, body);
      this.#note(undefined);
      return answer;
    } catch (error) {
      this.#note(error instanceof StoreUnreachable ? error : undefined);
      throw error;
    }
  }

  /** Discards the data endpoint: the next call requests the metadata again. */
  forgetPlace(): void {
    this.#place = undefined;
  }

  /** Returns an error about this server. */
  unreachable(why: string, cause?: unknown): StoreUnreachable {
    const advice = "check that it runs and can be reached from here";
    return new StoreUnreachable(`${this.name} does not respond: ${why}; ${advice}`, { cause });
  }

  async #ask(method: string, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    for (let isLast = false;; isLast = true) {
      const { url, headers } = await this.#findPlace();
      const answer = await this.#post(`${url}/${method}`, { headers, body, redirect: "error" });
      if (answer.status === 200) return answer.body;
      // The token may have expired early.
      this.forgetPlace();
      if (isLast || (answer.status !== 401 && answer.status !== 403)) throw this.#refusal(answer);
    }
  }

  async #findPlace(): Promise<Place> {
    if (this.#place !== undefined && this.#place.endsAtMs > Date.now()) return this.#place;
    const { url, accessToken } = this.#options;
    const answer = await this.#post(url, {
      headers: {
        authorization: `Bearer ${accessToken()}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ supportedVersions: [2, 3] }),
    });
    if (answer.status !== 200) throw this.#refusal(answer);
    return this.#place = this.#placeIn(answer);
  }

  #placeIn({ url, body }: KvResponse): Place {
    const metadata =
      metadataSchema.safeParse(body.length > MOST_METADATA ? undefined : parsedJson(body)).data;
    const endpoint = metadata?.endpoints.find(({ consistency }) => consistency === "strong");
    if (metadata === undefined || endpoint === undefined) {
      throw new StoreError(`${this.name} is not a server of KV Connect 2 or 3; check its URL`);
    }
    const { token, databaseId, version, expiresAt } = metadata;
    return {
      url: new URL(endpoint.url, url).href.replace(/\/$/, ""),
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/x-protobuf",
        "x-denokv-database-id": databaseId,
        "x-denokv-version": String(version),
      },
      endsAtMs: Date.parse(expiresAt) - EARLY_MS,
    };
  }

  async #post(url: string, request: RequestInit): Promise<KvResponse> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), REQUEST_MS);
    try {
      const send = this.#options.fetch ?? fetch;
      const response = await send(url, { ...request, method: "POST", signal: abort.signal });
      return {
        status: response.status,
        url: response.url,
        body: new Uint8Array(await response.arrayBuffer()),
      };
    } catch (cause) {
      const why = abort.signal.aborted ? `nothing came within ${REQUEST_MS} ms` : reasonOf(cause);
      throw this.unreachable(why, cause);
    } finally {
      clearTimeout(timer);
    }
  }

  #refusal({ status, body }: KvResponse): StoreError {
    const words = utf8Text(body).trim().slice(0, MOST_WORDS);
    const why = `${status}${words === "" ? "" : `, "${words}"`}`;
    if (status >= 500 || status === 429) return this.unreachable(why);
    const advice = status === 401 || status === 403
      ? "check its access token (store.token_file, or POLLUX_STORE_TOKEN)"
      : "check its URL";
    return new StoreError(`${this.name} refuses: ${why}; ${advice}`);
  }

  #note(problem: StoreUnreachable | undefined): void {
    const isDown = problem !== undefined;
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    this.#options.onAvailability(problem);
  }
}

/** Returns the message of a failed request's innermost cause, without its URL. */
function reasonOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) {
    innermost = innermost.cause;
  }
  const words = innermost instanceof Error ? innermost.message : "unknown";
  return words.replace(/^error sending request for url \(.*?\): /, "");
}
