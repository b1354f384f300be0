/**
 * Upload sessions. The state of a session is sealed into the token in its address, so the session survives a restart
 * and works at every gateway on the same store. The address alone is enough to continue the upload, since Google's SDK
 * for Python sends no key with its chunks. Only the end of a session is kept state:
 *
 *     ["v1", "ended_upload", SHA-256 of the upload's name]  → untilMs
 *
 * @module
 */
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { WallClock } from "../../base/clock.ts";
import { ignore } from "../../base/ignore.ts";
import { parsedJson } from "../../base/json.ts";
import type { Keeper, KeptKind } from "../../base/stored/kept.ts";
import { KeptTable } from "../../base/stored/kept_table.ts";
import type { Sealer } from "../../base/stored/sealer.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { UploadRequest } from "./upload_request.ts";

/** How long an upload may take, in ms: Google forgets one after a week. */
const LIFE_MS = 7 * 24 * 3_600_000;

/** Most ended uploads in memory. Others are read from the store. */
const CAPACITY = 10_000;

/** Ended uploads, by the time until which their tokens would be valid, in ms since the epoch. */
const ENDED: KeptKind<number> = {
  name: "ended_upload",
  label: "ended uploads",
  ifUnread: "Google refuses requests of those that ended before",
  leftMs: (untilMs, nowMs) => untilMs - nowMs,
  encode: (untilMs) => untilMs,
  decode: (stored) => typeof stored === "number" ? stored : undefined,
};

/** Longest token that is opened, in characters. */
const LONGEST_TOKEN = 8 * 1024;

/**
 * How many last responses of complete uploads are kept, and for how long in ms: a client that lost the response
 * repeats the request. They take 64 MiB at most.
 */
const FINAL = { max: 1000, ttl: 600_000 };

/** Largest response that is kept, in bytes. */
const LARGEST_FINAL_BYTES = 64 * 1024;

const PURPOSE = "upload";

/** The last response of a complete upload. */
export interface FinalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** The {@linkcode UploadRequest.position} of the request that completed the upload. */
  readonly position: string;
}

/** An upload session. */
export interface UploadSession {
  /** The id and the name of the account that holds it. */
  readonly accountId: string;
  readonly account: string;
  /** Its address at the account's upstream. */
  readonly url: string;
  /** The path of its address at the gateway, without the version. */
  readonly path: string;
  /** The id of the caller that started it. */
  readonly callerId: string;
  /** SHA-256 of that caller's key, in hexadecimal; empty without a key. */
  readonly keyDigest: string;
}

const SESSION = z.object({
  accountId: z.string(),
  account: z.string(),
  url: z.string(),
  path: z.string(),
  callerId: z.string(),
  keyDigest: z.string(),
  untilMs: z.number(),
});

/** Seals and opens the tokens of upload sessions. */
export class UploadSessions {
  readonly #sealer: Sealer;
  readonly #clock: WallClock;
  readonly #ended: KeptTable<number>;
  readonly #final: LRUCache<string, FinalResponse>;

  constructor(sealer: Sealer, clock: WallClock, keeper: Keeper) {
    this.#ended = new KeptTable(keeper, { kind: ENDED, clock, capacity: CAPACITY });
    this.#sealer = sealer;
    this.#clock = clock;
    this.#final = new LRUCache({ ...FINAL, ttlResolution: 0, perf: clock });
  }

  /** Returns the token of an upload session. It can stand in a URL. */
  tokenFor(session: UploadSession): Promise<string> {
    const untilMs = this.#clock.now() + LIFE_MS;
    return this.#sealer.seal(JSON.stringify({ ...session, untilMs }), PURPOSE);
  }

  /** Opens a token; undefined if it is invalid, or if the upload has ended and its last response is not kept. */
  async open(token: string): Promise<UploadSession | undefined> {
    if (token.length > LONGEST_TOKEN) return undefined;
    const text = await this.#sealer.open(token, PURPOSE);
    const session = text === undefined ? undefined : this.#read(text);
    if (session === undefined) return undefined;
    const name = nameOfUpload(session);
    // While the store cannot be read, Google itself refuses requests of an ended upload.
    const ended = await this.#ended.get(name).catch(ignore);
    return ended !== undefined && !this.#final.has(name) ? undefined : session;
  }

  /**
   * Records that an upload is complete or was cancelled. Its token is then no longer valid, except to repeat the last
   * response.
   *
   * @param final The last response of a complete upload, for {@linkcode finalResponse}.
   */
  end(session: UploadSession, final?: FinalResponse): void {
    const name = nameOfUpload(session);
    this.#ended.set(name, this.#clock.now() + LIFE_MS);
    if (final !== undefined && final.bytes.length <= LARGEST_FINAL_BYTES) {
      this.#final.set(name, final);
    }
  }

  /**
   * The last response of a complete upload, for a client that repeats its last request or queries the upload's state;
   * undefined while the upload is in progress.
   *
   * @throws {RpcError} NOT_FOUND for any other request to a complete upload.
   */
  finalResponse(
    session: UploadSession,
    { position, isQuery }: Pick<UploadRequest, "position" | "isQuery">,
  ): FinalResponse | undefined {
    const name = nameOfUpload(session);
    if (this.#ended.peek(name) === undefined) return undefined;
    const final = this.#final.get(name);
    if (final === undefined || !isQuery && final.position !== position) throw unknownUpload();
    return final;
  }

  #read(text: string): UploadSession | undefined {
    const session = SESSION.safeParse(parsedJson(text));
    return session.success && session.data.untilMs > this.#clock.now() ? session.data : undefined;
  }
}

/** The error for an upload that does not exist or belongs to another caller. */
export function unknownUpload(): RpcError {
  return new RpcError(
    "NOT_FOUND",
    "This upload does not exist: it has ended, its key was changed, or it was started elsewhere. Start it again",
  );
}

/** The key of an upload in tables. Not its token: several texts can be valid tokens of one upload. */
export function nameOfUpload({ accountId, url }: UploadSession): string {
  return hash("sha256", `${accountId}\n${url}`, "hex");
}
