/**
 * Kept exchanges as stored state:
 *
 *     ["v1", "exchange", id]                         → { previous, madeBy, bytes, pieces, usedAtMs }
 *     ["v1", "sealed", "exchange_piece", id, "0"]    → { usedAtMs, data }
 *
 * What was said is sealed. It may be longer than a row, and is then split.
 *
 * @module
 */
import { isJsonObject } from "../../../base/json.ts";
import type { KeptKind } from "../../../base/stored/kept.ts";

const DAY_MS = 24 * 3_600_000;

/** How long an exchange is kept after its last use, in ms. */
export const LIFE_MS = 30 * DAY_MS;

/** A use is written once in this time, in ms. */
export const RENEWED_MS = DAY_MS;

/** Bytes of a piece: in base64, sealed and in base64 again, it fits into the rows of a long value. */
export const PIECE_BYTES = 240_000;

/** Most pieces of an exchange: 15 MB. A longer one is not kept. */
export const MOST_PIECES = 64;

/** What is known of an exchange without reading it. */
export interface ExchangeRow {
  /** The ids of the responses before it, the last one first: the nearest ones. */
  readonly previous: readonly string[];
  /** The caller that made it, by id. */
  readonly madeBy: string;
  /** The size of its contents as JSON, in bytes. */
  readonly bytes: number;
  /** How many pieces they have. */
  readonly pieces: number;
  /** When it was last used, to the day, in ms since the epoch. */
  readonly usedAtMs: number;
}

/** A piece of the contents. */
export interface ExchangePiece {
  /** As of its exchange. */
  readonly usedAtMs: number;
  /** In base64. */
  readonly data: string;
}

function leftMs({ usedAtMs }: { readonly usedAtMs: number }, nowMs: number): number {
  return usedAtMs + LIFE_MS - nowMs;
}

/** Exchanges. They never change and are read when a request names them: other gateways need no notice. */
export const EXCHANGES: KeptKind<ExchangeRow> = {
  name: "exchange",
  label: "responses for previous_response_id",
  ifUnread: "they are read when they are needed",
  writeMs: 200,
  isAnnounced: false,
  leftMs,
  encode: (row) => row,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { previous, madeBy, bytes, pieces, usedAtMs } = stored;
    if (!Array.isArray(previous) || !previous.every((id) => typeof id === "string")) return;
    if (typeof madeBy !== "string" || typeof bytes !== "number") return undefined;
    if (typeof pieces !== "number" || typeof usedAtMs !== "number") return undefined;
    return { previous, madeBy, bytes, pieces: Math.min(pieces, MOST_PIECES), usedAtMs };
  },
};

/** Their pieces. */
export const EXCHANGE_PIECES: KeptKind<ExchangePiece> = {
  name: "exchange_piece",
  label: "what was said before responses",
  ifUnread: "it is read when it is needed",
  writeMs: 200,
  isAnnounced: false,
  isSealed: true,
  leftMs,
  encode: (piece) => piece,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { usedAtMs, data } = stored;
    return typeof usedAtMs === "number" && typeof data === "string"
      ? { usedAtMs, data }
      : undefined;
  },
};

/** The key of an exchange; undefined for an id that no exchange has. */
export function exchangeKey(responseId: string): string | undefined {
  return /^resp_([A-Za-z0-9]{16,64})$/.exec(responseId)?.[1];
}
