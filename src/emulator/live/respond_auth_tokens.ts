/**
 * The method that makes ephemeral tokens.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/ephemeral-tokens}
 * @module
 */
import type { AuthToken } from "./auth_tokens.ts";
import { camelCase } from "../camel_case.ts";
import { type GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { MESSAGES } from "../schema/proto_schema.ts";
import { numberAt, objectAt, textAt } from "../json.ts";
import { parseBody } from "../http/body.ts";
import { randomId } from "../random_id.ts";
import { readFutureTime } from "../caches/cache_expiry.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";

const DEFAULT_LIFE_MS = 30 * 60_000;
const DEFAULT_START_MS = 60_000;
const LONGEST_LIFE_MS = 20 * 3_600_000;

const SETUP_FIELDS: ReadonlySet<string> = new Set(Object.keys(MESSAGES["LiveSetup"] ?? {}));

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
