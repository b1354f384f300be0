/**
 * Checks whether an upstream is reachable, and if not, why.
 *
 * @module
 */
import { isCleartext } from "../../accounts/base_url.ts";
import { maskedProxy } from "../../accounts/network/proxy_url.ts";
import type { Secret } from "../../accounts/secret.ts";
import type { Finding } from "./finding.ts";
import type { Probe, UnreachedReason } from "./probe_upstream.ts";

const CHECK = "upstream";

const WHAT: Readonly<Record<UnreachedReason, string>> = {
  name: "its name is not found (DNS)",
  refused: "the connection is refused",
  certificate: "its certificate is not trusted (TLS)",
  tls: "its TLS is not valid",
  proxy: "the proxy refuses the connection",
  late: "it does not respond in time",
  other: "the connection fails",
};

const REMEDIES: Readonly<Record<UnreachedReason, string>> = {
  name: "Check the spelling of the base URL, and this machine's DNS",
  refused: "Check host and port of the base URL, and whether a firewall is in the way",
  certificate:
    "Check the clock. If a company's proxy signs certificates, name its authority's file in " +
    "network.ca_file or SSL_CERT_FILE",
  tls: "Check whether the base URL should begin with http://, and what is in between",
  proxy: "Check the proxy's address and login: pollux accounts edit NAME --proxy …",
  late: "Check the network and whether a firewall drops packets; then try again",
  other: "Check the network, and try again",
};

/** An upstream, how it was probed, and the result. */
export interface ProbedUpstream {
  readonly baseUrl: string;
  readonly proxy: Secret | undefined;
  readonly probe: Probe;
}

/** Returns the finding for an upstream. */
export function checkUpstream({ baseUrl, proxy, probe }: ProbedUpstream): readonly Finding[] {
  const way = proxy === undefined ? "" : ` through ${maskedProxy(proxy)}`;
  const what = `${baseUrl}${way}`;
  if (!probe.isReached) {
    const { reason, words } = probe;
    const viaProxy = proxy !== undefined && reason !== "certificate";
    return [{
      check: CHECK,
      severity: "error",
      message: `${what} cannot be reached: ${WHAT[reason]}: ${words}`,
      remedy: viaProxy ? REMEDIES.proxy : REMEDIES[reason],
    }];
  }
  if (isCleartext(baseUrl)) {
    return [{
      check: CHECK,
      severity: "warning",
      message: `${what} can be reached, but credentials cross the network in clear text`,
      remedy: "Give the account a base URL with https://: pollux accounts edit NAME --base-url …",
    }];
  }
  return [{ check: CHECK, severity: "ok", message: `${what} can be reached` }];
}
