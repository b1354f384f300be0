/**
 * Hosts that are reached without a proxy, as `NO_PROXY` names them. Deno's own implementation supports no ports
 * and is case-sensitive.
 *
 * @see {@link https://curl.se/docs/manpage.html#NOPROXY}
 * @module
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";

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
  const ranges = rangesOf(words);
  return {
    matches({ hostname, port, protocol }) {
      const host = withoutBrackets(hostname.toLowerCase()).replace(/\.$/, "");
      const asked = port === "" ? (protocol === "https:" ? "443" : "80") : port;
      return entries.some((entry) =>
        (entry.port === undefined || entry.port === asked) && covers(entry.host, host)
      ) || isIn(ranges, host);
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

function rangesOf(words: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const word of words) {
    const [, address = "", bits = ""] = /^(.*)\/(\d{1,3})$/.exec(word) ?? [];
    if (isIPv4(address) && Number(bits) <= 32) ranges.addSubnet(address, Number(bits), "ipv4");
    if (isIPv6(address) && Number(bits) <= 128) ranges.addSubnet(address, Number(bits), "ipv6");
  }
  return ranges;
}

function isIn(ranges: BlockList, host: string): boolean {
  if (isIPv4(host)) return ranges.check(host, "ipv4");
  return isIPv6(host) && ranges.check(host, "ipv6");
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
