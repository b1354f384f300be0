/**
 * Reads the token of another identity provider from the source that the credentials file names.
 *
 * @see {@link https://google.aip.dev/auth/4117}
 * @module
 */
import { isJsonObject, parsedJson } from "../../base/json.ts";
import type { SubjectTokenSource } from "../account.ts";
import { isNearby } from "../base_url.ts";
import { askEndpoint } from "../tokens/endpoint_request.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { TokenError } from "../tokens/token_error.ts";

/** How a subject token is read. */
export interface SubjectTokenOptions {
  /** Reads a text file; absent if files cannot be read. */
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
  /** Connections through the account's own proxy; absent if it has none. */
  readonly connections?: ProxyConnections | undefined;
}

/**
 * Reads the current token: the provider replaces it from time to time.
 *
 * @throws {TokenError} that never quotes the source's contents.
 */
export async function readSubjectToken(
  source: SubjectTokenSource,
  options: SubjectTokenOptions,
): Promise<string> {
  const text = "file" in source
    ? await fromFile(source.file, options)
    : await fromAddress(source, options);
  const token = source.member === undefined ? text.trim() : memberOf(text, source.member);
  if (token !== undefined && token !== "") return token;
  const where = "file" in source ? `file "${source.file}"` : new URL(source.url).host;
  throw new TokenError(
    "refused",
    `The subject token's ${where} holds ` +
      (source.member === undefined ? "nothing" : `no "${source.member}" in a JSON object`) +
      '; check "credential_source" in the credentials file',
  );
}

async function fromFile(path: string, { readFile }: SubjectTokenOptions): Promise<string> {
  if (readFile === undefined) {
    throw new TokenError("refused", "The subject token is in a file, which cannot be read here");
  }
  try {
    return await readFile(path);
  } catch (cause) {
    // The file may be written a moment later.
    const why = cause instanceof Error ? cause.message : `The file "${path}" cannot be read`;
    throw new TokenError("unavailable", why, { cause });
  }
}

async function fromAddress(
  { url, headers }: Extract<SubjectTokenSource, { readonly url: string }>,
  { connections }: SubjectTokenOptions,
): Promise<string> {
  const what = "subject token's address";
  const init = { method: "GET", headers: { ...headers } };
  const isDirect = isNearby(url);
  const { status, text } = await askEndpoint({ url, init, what, connections, isDirect });
  if (status === 200) return text;
  throw new TokenError("unavailable", `The ${what} ${new URL(url).host} returned ${status}`);
}

function memberOf(text: string, name: string): string | undefined {
  const value = parsedJson(text);
  const token = isJsonObject(value) ? value[name] : undefined;
  return typeof token === "string" ? token : undefined;
}
