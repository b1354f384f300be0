/**
 * The network of this process: which proxy a request takes, and whom it trusts. The environment and the
 * configuration say it once, for every request that leaves: calls, tokens, sign-ins, the doctor.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { asCertificateError } from "./certificate_error.ts";
import { type NoProxy, parseNoProxy } from "./no_proxy.ts";
import { addressOf } from "./proxy_url.ts";
import type { Secret } from "../secret.ts";

/** What may be set. */
export interface NetworkSettings {
  /** For `https:` and for `http:` addresses, as `parseProxyUrl()` gives it. */
  readonly proxies?: { readonly https?: Secret | undefined; readonly http?: Secret | undefined };
  /** Goes before every proxy, an account's own too. */
  readonly noProxy?: NoProxy;
  /** Authorities to trust besides those of the system and Mozilla's, as PEM. */
  readonly caCerts?: readonly string[];
}

const NO_NETWORK: Required<NetworkSettings> = {
  proxies: {},
  noProxy: parseNoProxy(""),
  caCerts: [],
};

let settings = NO_NETWORK;
/** By proxy; the one without stands under an empty text. */
const clients = new Map<string, Deno.HttpClient>();

/** Has requests go by other settings from now on. */
export function useNetwork(changed: NetworkSettings): void {
  closeNetwork();
  settings = { ...NO_NETWORK, ...changed };
}

/** Gives up the connections that nobody uses. */
export function closeNetwork(): void {
  for (const client of clients.values()) client.close();
  clients.clear();
}

/** The authorities that are trusted besides, as PEM. */
export function networkCaCerts(): readonly string[] {
  return settings.caCerts;
}

/** The proxy of a request; undefined where it goes straight. */
export function networkProxyFor(url: string): Secret | undefined {
  const parsed = new URL(url);
  if (settings.noProxy.matches(parsed)) return undefined;
  return parsed.protocol === "https:" ? settings.proxies.https : settings.proxies.http;
}

/** Whether an account's own proxy is passed by. */
export function isWithoutProxy(url: string): boolean {
  return settings.noProxy.matches(new URL(url));
}

/**
 * Sends a request as `fetch` does.
 *
 * @throws {CertificateError} where the server's certificate is refused; else what `fetch` throws.
 */
export function networkFetch(url: string, init: RequestInit = {}): Promise<Response> {
  return sendBy(clientFor(networkProxyFor(url)), url, init);
}

/** Sends a request straight, whatever proxies there are. Throws as {@linkcode networkFetch} does. */
export function straightFetch(url: string, init: RequestInit = {}): Promise<Response> {
  return sendBy(clientFor(undefined), url, init);
}

/** Sends by a client of the caller's own. Throws as {@linkcode networkFetch} does. */
export async function sendBy(
  client: Deno.HttpClient | undefined,
  url: string,
  init: RequestInit,
): Promise<Response> {
  try {
    return await fetch(url, client === undefined ? init : { ...init, client });
  } catch (error) {
    throw asCertificateError(error, url);
  }
}

/** Makes a client that goes through a proxy, and trusts whom this process trusts. */
export function createClient(proxy: Secret | undefined): Deno.HttpClient {
  const trust = { caCerts: [...settings.caCerts] };
  if (proxy === undefined) return Deno.createHttpClient(trust);
  const { url, login } = addressOf(proxy);
  return Deno.createHttpClient({
    ...trust,
    proxy: { url, ...defined({ basicAuth: login }) },
  });
}

/** Undefined where `fetch` does as it is. */
function clientFor(proxy: Secret | undefined): Deno.HttpClient | undefined {
  if (proxy === undefined && settings.caCerts.length === 0) return undefined;
  const key = proxy?.reveal() ?? "";
  const client = clients.get(key) ?? createClient(proxy);
  clients.set(key, client);
  return client;
}
