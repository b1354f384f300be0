/**
 * Hosts that are reached without a proxy, as `NO_PROXY` names them. Deno's own implementation supports no ports
 * and is case-sensitive.
 *
 * @see {@link https://curl.se/docs/manpage.html#NOPROXY}
 * @module
 */
import { parseRanges } from "../../base/address_ranges.ts";

/** Matches the hosts that are reached without a proxy. */
export interface NoProxy {
  /** @param url Absolute. */
  matches(url: URL): boolean;
}

/** A name or an address, and a port if the entry is for that port only. */
interface Entry {
  readonly host: string;
  readonly port: string | undefined;
}

/**
 * Reads a list, separated by commas or spaces: names, which include their subdomains
 * (`example.com`, `.example.com`, `*.example.com`), addresses, ranges of them (`10.0.0.0/8`), each with or
 * without a port, and `*` for all. Other entries match nothing.
 */
export function parseNoProxy(text: string): NoProxy {
  const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const entries = words.filter((word) => !word.includes("/")).map(entryOf);
  const isInRange = parseRanges(words.filter((word) => word.includes("/")));
  return {
    matches({ hostname, port, protocol }) {
      const host = withoutBrackets(hostname.toLowerCase()).replace(/\.$/, "");
      const asked = port === "" ? (protocol === "https:" ? "443" : "80") : port;
      return entries.some((entry) =>
        (entry.port === undefined || entry.port === asked) && covers(entry.host, host)
      ) || isInRange(host);
    },
  };
}

function entryOf(word: string): Entry {
  const [, host = word, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(word) ?? [];
  return { host: withoutBrackets(host).replace(/^\*?\.(?=.)/, "").replace(/\.$/, ""), port };
}

function covers(named: string, host: string): boolean {
  return named === "*" || named === host || named !== "" && host.endsWith(`.${named}`);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
