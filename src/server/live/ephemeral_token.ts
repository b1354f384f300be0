/**
 * Ephemeral tokens, which `auth_tokens.create` makes. They open Live sessions without a key, on the account that made
 * them.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/ephemeral-tokens}
 * @module
 */
import type { NativePath } from "../../gemini/api/native_path.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { isResourceName } from "../../gemini/resources/resources.ts";
import { type Auth, presentedKey } from "../access/auth.ts";
import type { Caller } from "../access/caller.ts";
import { WrongKeyError } from "../access/wrong_keys.ts";
import type { Ownership } from "../owners/ownership.ts";

const NOT_VALID = "This ephemeral token has expired, or was not made through this gateway";

/** The token that a request for a Live session presents; undefined if it presents none. */
export function ephemeralTokenIn(request: Request, { prefix }: NativePath): string | undefined {
  if (prefix !== "ws") return undefined;
  const { headers, url } = request;
  const inHeader = /^Token +(.*)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const given = new URL(url).searchParams.get("access_token") || inHeader || presentedKey(request);
  return isResourceName(given, "auth_tokens") ? given : undefined;
}

/**
 * The caller that made a token.
 *
 * @throws {RpcError} UNAUTHENTICATED if its maker's key is no longer valid; a {@linkcode WrongKeyError} if it has
 * expired, or was not made through this gateway.
 */
export async function makerOfToken(
  token: string,
  { auth, ownership }: { readonly auth: Auth; readonly ownership: Ownership },
): Promise<Caller> {
  const id = await ownership.makerOf(token);
  if (id === undefined) throw new WrongKeyError(NOT_VALID);
  const caller = auth.holder(id);
  if (caller !== undefined) return caller;
  throw new RpcError("UNAUTHENTICATED", NOT_VALID);
}
