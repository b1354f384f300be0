/**
 * The network of this process: which proxy a request uses, and which authorities it trusts. The environment and
 * the configuration set it once, for every outgoing request: calls, tokens, sign-ins, the doctor.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { asCertificateError } from "./certificate_error.ts";
import { type NoProxy, parseNoProxy } from "./no_proxy.ts";
import { addressOf } from "./proxy_url.ts";
import type { Secret } from "../secret.ts";

/** The settings. */
export interface NetworkSettings {
  /** For `https:` and for `http:` addresses, as `parseProxyUrl()` gives it. */
  readonly proxies?: { readonly https?: Secret | undefined; readonly http?: Secret | undefined };
  /** Takes precedence over every proxy, including an account's own. */
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
let send: (url: string, init?: RequestInit & { client?: Deno.HttpClient }) => Promise<Response> =
  fetch;
/** By proxy; the client without a proxy has the empty key. */
const clients = new Map<string, Deno.HttpClient>();

/** Applies other settings to all later requests. */
export function useNetwork(changed: NetworkSettings): void {
  closeNetwork();
  settings = { ...NO_NETWORK, ...changed };
}

/** Sends all later requests by this function, which does as `fetch` does. */
export function useFetch(changed: typeof send): void {
  send = changed;
}

/** Closes idle connections. */
export function closeNetwork(): void {
  for (const client of clients.values()) client.close();
  clients.clear();
}

/** The additional trusted authorities, as PEM. */
export function networkCaCerts(): readonly string[] {
  return settings.caCerts;
}

/** The proxy of a request; undefined if it is sent directly. */
export function networkProxyFor(url: string): Secret | undefined {
  const parsed = new URL(url);
  if (settings.noProxy.matches(parsed)) return undefined;
  return parsed.protocol === "https:" ? settings.proxies.https : settings.proxies.http;
}

/** Whether an account's own proxy is bypassed. */
export function isWithoutProxy(url: string): boolean {
  return settings.noProxy.matches(new URL(url));
}

/**
 * Sends a request as `fetch` does.
 *
 * @throws {CertificateError} if the server's certificate is rejected; else what `fetch` throws.
 */
export function networkFetch(url: string, init: RequestInit = {}): Promise<Response> {
  return sendBy(clientFor(networkProxyFor(url)), url, init);
}

/** Sends a request directly, without any proxy. Throws as {@linkcode networkFetch} does. */
export function directFetch(url: string, init: RequestInit = {}): Promise<Response> {
  return sendBy(clientFor(undefined), url, init);
}

/** Sends with the caller's own client. Throws as {@linkcode networkFetch} does. */
export async function sendBy(
  client: Deno.HttpClient | undefined,
  url: string,
  init: RequestInit,
): Promise<Response> {
  try {
    return await send(url, client === undefined ? init : { ...init, client });
  } catch (error) {
    throw asCertificateError(error, url);
  }
}

/** Creates a client that uses a proxy and trusts the authorities of this process. */
export function createClient(proxy: Secret | undefined): Deno.HttpClient {
  const trust = { caCerts: [...settings.caCerts] };
  if (proxy === undefined) return Deno.createHttpClient(trust);
  const { url, login } = addressOf(proxy);
  return Deno.createHttpClient({
    ...trust,
    proxy: { url, ...defined({ basicAuth: login }) },
  });
}

/** Undefined if plain `fetch` is enough. */
function clientFor(proxy: Secret | undefined): Deno.HttpClient | undefined {
  if (proxy === undefined && settings.caCerts.length === 0) return undefined;
  const key = proxy?.reveal() ?? "";
  const client = clients.get(key) ?? createClient(proxy);
  clients.set(key, client);
  return client;
}
