/**
 * Addresses and ranges of addresses, as in `127.0.0.1`, `10.0.0.0/8` and `fd00::/8`.
 *
 * @module
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Whether a text is an address, or a range in CIDR notation. */
export function isAddressRange(text: string): boolean {
  return rangeIn(text) !== undefined;
}

/**
 * Reads a list of addresses and ranges. Entries that are neither match nothing.
 *
 * @returns Whether an address is in one of them; false for what is no address.
 */
export function parseRanges(texts: readonly string[]): (address: string) => boolean {
  const ranges = new BlockList();
  for (const text of texts) {
    const range = rangeIn(text);
    if (range !== undefined) ranges.addSubnet(range.address, range.bits, range.family);
  }
  return (address) => {
    if (isIPv4(address)) return ranges.check(address, "ipv4");
    return isIPv6(address) && ranges.check(address, "ipv6");
  };
}

/** A range; a single address has all its bits. */
interface Range {
  readonly address: string;
  readonly bits: number;
  readonly family: "ipv4" | "ipv6";
}

function rangeIn(text: string): Range | undefined {
  const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  if (family === undefined) return undefined;
  const most = family === "ipv4" ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  return bits <= most ? { address, bits, family } : undefined;
}
