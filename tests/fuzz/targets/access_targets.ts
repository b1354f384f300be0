/**
 * What reads who a client is: its address behind proxies, and its key.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { isIP } from "node:net";
import { crc32 } from "node:zlib";
import { formOf } from "../../../src/keys/key_text.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { ClientAddresses, networkOf } from "../../../src/server/access/client_address.ts";
import { keyInHeaders } from "../../../src/server/access/key_digest.ts";
import { type FuzzTarget, latin1, textOf } from "../fuzz_target.ts";

const PROXY = "127.0.0.1";
const ADDRESSES = new ClientAddresses([PROXY, "10.0.0.0/8", "fd00::/8"]);

/** An address is one that an entry states, and every entry to its right is a trusted proxy's. */
function checkAddress(input: Uint8Array): void {
  const list = latin1(input).trim();
  // Headers take no others.
  if (!/^[\x20-\x7e]*$/.test(list)) return;
  const found = ADDRESSES.of(new Headers({ "x-forwarded-for": list }), PROXY);
  assert.notEqual(isIP(found), 0, `"${list}" gives "${found}"`);
  assert.match(networkOf(found), /^(?:[\d.]+|(?:[\da-f]{1,4}:){4}:\/64)$/);
  // It is in one spelling: as a peer, it is the same.
  assert.equal(ADDRESSES.of(new Headers(), found), found);
  if (found === PROXY) return;
  assert.doesNotMatch(found, /^(?:10\.|127\.0\.0\.1$|fd[\da-f]{2}:)/);
  const entries = list.split(",").map((entry) =>
    ADDRESSES.of(new Headers({ "x-forwarded-for": entry }), PROXY)
  );
  const at = entries.lastIndexOf(found);
  assert.ok(at >= 0, `"${list}" does not state "${found}"`);
  // A single entry of a trusted proxy gives the peer's own address.
  assert.ok(entries.slice(at + 1).every((entry) => entry === PROXY), `"${list}" gives "${found}"`);
}

/** Two keys; the same in each run. */
const KEYS = ["planted-key-for-fuzzing-0123456789_abcdefgh", "0".repeat(43)].map((random) => {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(`plx_${random}`));
  return `plx_${random}${checksum.toString("base64url")}`;
});

/** A changed key is never taken for a key, and never shown. */
function checkKey(input: Uint8Array): void {
  const text = textOf(input);
  const form = formOf(text);
  assert.equal(form === "key", KEYS.includes(text), `"${text}" is a ${form}`);
  assert.equal(form === "other", !text.startsWith("plx_"));
  // A key with a typing error is nearly the key.
  if (/^plx_[\w-]{24,}$/.test(text)) assert.equal(new Redaction().line(text), "***");
  if (!/^[\x20-\x7e]*$/.test(text)) return;
  const sent = text.trim();
  for (const headers of [{ "x-goog-api-key": sent }, { authorization: `Bearer ${sent}` }]) {
    const request = new Request("http://127.0.0.1/", { headers });
    assert.equal(keyInHeaders(request), sent);
  }
}

/** The targets. */
export const ACCESS_TARGETS: readonly FuzzTarget[] = [
  {
    name: "client_address",
    seeds: [
      "203.0.113.9",
      "198.51.100.7, 203.0.113.9, 10.1.2.3",
      "[2001:DB8::9]:4711, fd00::1",
      "::ffff:203.0.113.9, fe80::1%eth0",
      "unknown, 203.0.113.9:4711, 10.0.0.1",
    ],
    tokens: [",", " ", ":", "::", "[", "]", "%", ".", "10.0.0.1", "::ffff:", "fd00::1", "0", "_x"],
    check: checkAddress,
  },
  {
    name: "key_text",
    seeds: KEYS,
    tokens: ["plx_", "-", "_", "\n", " ", "A", "é", "Bearer "],
    check: checkKey,
  },
];
