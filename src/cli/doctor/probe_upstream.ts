/**
 * Sends an upstream a request without a credential, to see whether it is reachable, and its clock.
 *
 * @module
 */
import { CertificateError } from "../../accounts/network/certificate_error.ts";
import { networkFetch } from "../../accounts/network/network.ts";
import { causeOfMessage, networkMessage } from "../../accounts/network/network_message.ts";
import { ProxyConnections } from "../../accounts/network/proxy_connections.ts";
import type { Secret } from "../../accounts/secret.ts";
import type { WallClock } from "../../base/clock.ts";
import { USER_AGENT } from "../../base/user_agent.ts";

/** The upstream to probe. */
export interface ProbeOptions {
  readonly baseUrl: string;
  readonly proxy: Secret | undefined;
  /** Longest wait for the response, in ms. */
  readonly limitMs: number;
  readonly clock: WallClock;
}

/** An upstream that sent a response, whatever its status. */
export interface Reached {
  readonly isReached: true;
  /** By how much its clock is at least ahead of this machine's, in ms; undefined without a Date header. */
  readonly aheadMs: number | undefined;
}

/** An upstream that sent none. */
export interface Unreached {
  readonly isReached: false;
  readonly reason: UnreachedReason;
  /** The system's error message. */
  readonly words: string;
}

/** The kind of failure. */
export type UnreachedReason =
  | "name"
  | "refused"
  | "certificate"
  | "tls"
  | "proxy"
  | "late"
  | "other";

/** The result of a probe. */
export type Probe = Reached | Unreached;

/** Sends the request. A redirect and an error are responses as well. */
export async function probeUpstream(options: ProbeOptions): Promise<Probe> {
  const { baseUrl, proxy, limitMs, clock } = options;
  const connections = proxy === undefined ? undefined : new ProxyConnections(proxy);
  const init: RequestInit = {
    headers: { "user-agent": USER_AGENT },
    redirect: "manual",
    signal: AbortSignal.timeout(limitMs),
  };
  try {
    const askedAt = clock.now();
    const { headers, body } =
      await (connections?.fetch(baseUrl, init) ?? networkFetch(baseUrl, init));
    const answeredAt = clock.now();
    await body?.cancel();
    return { isReached: true, aheadMs: aheadOf(headers.get("date"), { askedAt, answeredAt }) };
  } catch (error) {
    const thrown = error instanceof CertificateError ? error.cause : error;
    const words = networkMessage(thrown);
    return { isReached: false, reason: reasonFor(words), words: causeOfMessage(words) };
  } finally {
    connections?.close();
  }
}

/** Classifies a failure by the error message of Deno's fetch. */
export function reasonFor(words: string): UnreachedReason {
  if (/timed out|timeout/i.test(words)) return "late";
  if (/proxy|tunnel|socks/i.test(causeOfMessage(words))) return "proxy";
  if (/dns error|lookup address/i.test(words)) return "name";
  if (/certificate/i.test(words)) return "certificate";
  if (/connection refused|actively refused/i.test(words)) return "refused";
  if (/corrupt message|handshake|tls|ssl/i.test(causeOfMessage(words))) return "tls";
  return "other";
}

/** `Date` has whole seconds, and was set at some time between the request and the response. */
function aheadOf(
  date: string | null,
  { askedAt, answeredAt }: { readonly askedAt: number; readonly answeredAt: number },
): number | undefined {
  const said = Date.parse(date ?? "");
  if (Number.isNaN(said)) return undefined;
  if (said > answeredAt) return said - answeredAt;
  return said + 1000 < askedAt ? said + 1000 - askedAt : 0;
}
