/**
 * Ephemeral tokens: each can open a few Live sessions, with a setup that the token constrains.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/ephemeral-tokens}
 * @see {@link https://ai.google.dev/api/live#ephemeral-auth-tokens}
 * @module
 */
import { dropOldest } from "../drop_oldest.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { MESSAGES } from "../schema/proto_schema.ts";
import { camelCase } from "../camel_case.ts";
import { numberAt, objectAt, textAt } from "../json.ts";
import { parseBody } from "../http/body.ts";
import { randomId } from "../random_id.ts";
import { readFutureTime } from "../caches/cache_expiry.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";

const DEFAULT_LIFE_MS = 30 * 60_000;
const DEFAULT_START_MS = 60_000;
const LONGEST_LIFE_MS = 20 * 3_600_000;
const MOST_TOKENS = 1000;

const SETUP_FIELDS: ReadonlySet<string> = new Set(Object.keys(MESSAGES["LiveSetup"] ?? {}));

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

/**
 * Handles `auth_tokens.create`.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondAuthTokens(call: ServiceCall): Promise<Response> {
  const { account, stored, now } = call;
  const body = parseBody(call.rawBody, { message: "AuthToken", flavour: "dev" });
  const uses = numberAt(body, "uses") ?? 1;
  if (uses < 0) throw invalid("uses", "must not be negative");
  const token: AuthToken = {
    name: `auth_tokens/${randomId(64)}`,
    account,
    expiresAt: readTime(body, { field: "expireTime", now }) ?? now + DEFAULT_LIFE_MS,
    startsUntil: readTime(body, { field: "newSessionExpireTime", now }) ?? now + DEFAULT_START_MS,
    usesLeft: uses === 0 ? Infinity : uses,
    setup: objectAt(body, "bidiGenerateContentSetup"),
    locked: readMask(textAt(body, "fieldMask") ?? ""),
  };
  const make = () => {
    stored.live.tokens.add(token);
    return [{ name: token.name }];
  };
  return respondScripted(call, { model: "", make });
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

function readMask(mask: string): string[] {
  const paths = mask.split(",").filter((path) => path !== "").map(camelCase);
  const unknown = paths.find((path) => !SETUP_FIELDS.has(path.split(".")[0] ?? ""));
  if (unknown !== undefined) throw invalid("field_mask", `unknown path "${unknown}"`);
  return paths;
}

function readTime(
  body: JsonObject,
  { field, now }: { readonly field: "expireTime" | "newSessionExpireTime"; readonly now: number },
): number | undefined {
  const text = textAt(body, field);
  if (text === undefined) return undefined;
  const protoName = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const time = readFutureTime(text, { place: `auth_token.${protoName}`, field, now });
  if (time - now >= LONGEST_LIFE_MS) throw invalid(protoName, "must be within 20 hours");
  return time;
}

function invalid(field: string, why: string): GoogleError {
  return invalidArgument(`* CreateAuthTokenRequest.auth_token.${field}: ${why}\n`);
}
