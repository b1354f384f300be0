/** Which address a request comes from, and which of them count as one. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ClientAddresses, networkOf } from "../../../src/server/access/client_address.ts";

const ADDRESSES = new ClientAddresses(["127.0.0.1", "10.0.0.0/8", "fd00::/8", "not an address"]);

function of(peer: string, forwardedFor?: string): string {
  const headers = new Headers(
    forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor },
  );
  return ADDRESSES.of(headers, peer);
}

Deno.test("ClientAddresses takes the peer's address unless the peer is a trusted proxy", () => {
  for (const peer of ["192.0.2.1", "11.0.0.1", "2001:db8::1", ""]) {
    assert.equal(of(peer, "203.0.113.9"), peer);
    assert.equal(of(peer), peer);
  }
  assert.equal(
    new ClientAddresses([]).of(new Headers({ "x-forwarded-for": "203.0.113.9" }), "::1"),
    "::1",
  );
});

Deno.test("ClientAddresses takes the rightmost entry that is no trusted proxy", () => {
  for (
    const [forwardedFor, expected] of [
      ["203.0.113.9", "203.0.113.9"],
      ["198.51.100.7, 203.0.113.9", "203.0.113.9"],
      ["198.51.100.7,203.0.113.9 , 10.1.2.3,fd12::1", "203.0.113.9"],
      ["203.0.113.9:4711", "203.0.113.9"],
      ["[2001:DB8::9]:4711", "2001:db8::9"],
      ["[2001:db8:0:0::9]", "2001:db8::9"],
      ["2001:db8::9", "2001:db8::9"],
      ["fe80::1%eth0", "fe80::1"],
      ["::ffff:203.0.113.9", "203.0.113.9"],
      // Nothing to its left was written by a trusted proxy.
      ["203.0.113.9, unknown", "127.0.0.1"],
      ["203.0.113.9, ", "127.0.0.1"],
      ["unknown, 203.0.113.9", "203.0.113.9"],
      ["999.0.113.9", "127.0.0.1"],
      ["10.0.0.1, 10.0.0.2", "127.0.0.1"],
      ["", "127.0.0.1"],
      [`203.0.113.9, ${"10.0.0.1, ".repeat(20_000)}10.0.0.2`, "127.0.0.1"],
      [`${"x".repeat(100_000)}`, "127.0.0.1"],
    ] as const
  ) {
    assert.equal(of("127.0.0.1", forwardedFor), expected, forwardedFor.slice(0, 80));
  }
  assert.equal(of("::ffff:127.0.0.1", "203.0.113.9"), "203.0.113.9");
  assert.equal(of("fd00::1"), "fd00::1");
});

Deno.test("networkOf() counts an IPv4 address by itself, and of an IPv6 address 64 bits", () => {
  for (
    const [address, network] of [
      ["192.0.2.1", "192.0.2.1"],
      ["", ""],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
      ["2001:db8::6", "2001:db8:0:0::/64"],
      ["2001:db8::3:4:5:6", "2001:db8:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["1::", "1:0:0:0::/64"],
      ["1:2:3::", "1:2:3:0::/64"],
    ] as const
  ) assert.equal(networkOf(address), network);
});

Deno.test("networkOf() gives all spellings of a network's addresses one name", () => {
  const word = fc.integer({ min: 0, max: 0xffff });
  const half = fc.tuple(word, word, word, word);
  fc.assert(fc.property(half, half, half, (network, one, other) => {
    const [first, second] = [one, other].map((host) =>
      networkOf(of("127.0.0.1", [...network, ...host].map((part) => part.toString(16)).join(":")))
    );
    const isTrusted = network[0] >= 0xfd00 && network[0] <= 0xfdff;
    // An IPv4 address in the form of an IPv6 one is a network of its own.
    fc.pre(!isTrusted && network.some((part) => part !== 0));
    assert.equal(first, second);
    assert.match(first ?? "", /^(?:[\da-f]+:){4}:\/64$/);
  }));
});
