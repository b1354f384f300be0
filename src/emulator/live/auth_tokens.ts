/**
 * Ephemeral tokens: each can open a few Live sessions, with a setup that the token constrains.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/ephemeral-tokens}
 * @see {@link https://ai.google.dev/api/live#ephemeral-auth-tokens}
 * @module
 */
import { dropOldest } from "../drop_oldest.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import { GoogleError } from "../google_errors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectAt } from "../json.ts";

const MOST_TOKENS = 1000;

/** One token. */
export interface AuthToken {
  /** As `auth_tokens/…`. */
  readonly name: string;
  readonly account: EmulatedAccount;
  /** Until then sessions can last, in ms. */
  readonly expiresAt: number;
  /** Until then sessions can begin, in ms. */
  readonly startsUntil: number;
  /** Sessions that it can still begin; Infinity for any number. */
  usesLeft: number;
  /** The setup of its sessions; undefined if the client chooses it. */
  readonly setup: JsonObject | undefined;
  /** Dotted paths of the setup that the client cannot choose; empty with a setup: all. */
  readonly locked: readonly string[];
}

/** The tokens of one emulator. */
export class AuthTokens {
  readonly #tokens = new Map<string, AuthToken>();

  find(name: string): AuthToken | undefined {
    return this.#tokens.get(name);
  }

  add(token: AuthToken): void {
    this.#tokens.set(token.name, token);
    dropOldest(this.#tokens, MOST_TOKENS);
  }
}

/** Returns the name of the token in a request: Python sends a header, JavaScript a parameter. */
export function tokenNameOf(request: Request, query: URLSearchParams): string | undefined {
  const header = request.headers.get("authorization") ?? "";
  return query.get("access_token") ?? /^Token +(\S+)$/i.exec(header)?.[1];
}

/** 401: an unknown, used or expired token. */
export function tokenRefused(message = "Token is invalid."): GoogleError {
  return new GoogleError(401, "UNAUTHENTICATED", { message });
}

/** Returns the setup of a session: the client's, with what the token sets. */
export function constrainedSetup(setup: JsonObject, token: AuthToken): JsonObject {
  if (token.locked.length === 0) {
    if (token.setup === undefined) return setup;
    // A handle is known only to the client, so that no token can hold it.
    const { sessionResumption } = setup;
    return sessionResumption === undefined ? token.setup : { ...token.setup, sessionResumption };
  }
  return token.locked.reduce((changed, path) => {
    const keys = path.split(".");
    return withPath(changed, { keys, value: at(token.setup ?? {}, keys) });
  }, setup);
}

function at(object: JsonObject, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => isJsonObject(value) ? value[key] : undefined, object);
}

/** Returns the object with another value at a path; undefined removes it. */
function withPath(
  object: JsonObject,
  change: { readonly keys: readonly string[]; readonly value: unknown },
): JsonObject {
  const [key = "", ...keys] = change.keys;
  const value = keys.length === 0
    ? change.value
    : withPath(objectAt(object, key) ?? {}, { keys, value: change.value });
  const { [key]: _, ...rest } = object;
  return value === undefined ? rest : { ...rest, [key]: value };
}
