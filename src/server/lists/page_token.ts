/**
 * The page tokens of merged lists: a token holds the place where the next page begins. Tokens are sealed and need no
 * storage: they are valid after a restart and at other gateways on the same store, for the same caller and list only.
 *
 * @module
 */
import { isJsonObject, parsedJson } from "../../base/json.ts";
import type { Sealer } from "../../base/stored/sealer.ts";
import type { MethodName } from "../../gemini/api/methods.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Where a page begins. */
export interface ListPlace {
  /** Id of the account whose list continues. */
  readonly accountId: string;
  /** Upstream's own page token; empty at the beginning of the account's list. */
  readonly token: string;
}

/** What a token holds. */
export interface PageStart extends ListPlace {
  /**
   * The JSON of the page's first item. The page shows it if all its items have been deleted meanwhile, since SDKs throw
   * on an empty page. Absent if it is too long.
   */
  readonly kept?: string;
}

/** Most characters of an item that a token holds, since tokens are sent in URLs. */
const MOST_KEPT = 4096;

/** The list that a token belongs to. */
export interface TokenOf {
  readonly sealer: Sealer;
  readonly method: MethodName;
  readonly callerId: string;
}

/** Creates a token. */
export function sealPageToken({ kept = "", ...place }: PageStart, of: TokenOf): Promise<string> {
  const start = kept.length > MOST_KEPT || kept === "" ? place : { ...place, kept };
  return of.sealer.seal(JSON.stringify(start), purposeOf(of));
}

/**
 * Opens a token.
 *
 * @throws {RpcError} INVALID_ARGUMENT unless it was made for this list and caller.
 */
export async function openPageToken(token: string, of: TokenOf): Promise<PageStart> {
  const start = parsedJson(await of.sealer.open(token, purposeOf(of)) ?? "");
  if (isJsonObject(start)) {
    const { accountId, token: upstreamToken, kept } = start;
    if (typeof accountId === "string" && typeof upstreamToken === "string") {
      const place = { accountId, token: upstreamToken };
      return typeof kept === "string" ? { ...place, kept } : place;
    }
  }
  throw new RpcError(
    "INVALID_ARGUMENT",
    "This page token is not valid: it was changed, or belongs to another list or key. Request the " +
      "first page, without a token",
  );
}

function purposeOf({ method, callerId }: TokenOf): string {
  return `page ${method} ${callerId}`;
}
