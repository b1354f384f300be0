/** A certificate and key that a server can use, and what is said of others. @module */
import assert from "node:assert/strict";
import { factsOf, readKeyPair } from "../../../src/daemon/tls/key_pair.ts";
import { selfSigned } from "../../../src/daemon/tls/self_signed.ts";
import { handIn } from "../../support/hand_in.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { SERVER_CERTIFICATE } from "../../support/test_certificate.ts";

const DAY_MS = 86_400_000;

Deno.test("readKeyPair() gives a pair that fits, and says what is wrong with any other", async () => {
  using folder = tempFolder();
  const { cert, key } = SERVER_CERTIFICATE;
  const other = selfSigned(["localhost"]);
  const at = (name: string, text: string) => handIn(folder.path, { name, text });
  const paths = {
    cert: at("cert.pem", cert),
    key: at("key.pem", key),
    otherKey: at("other.pem", other.key),
    empty: at("empty.pem", ""),
    broken: at("broken.pem", cert.replace(/^[A-Za-z0-9+/]{20}/m, "A".repeat(20))),
    half: at("half.pem", cert.slice(0, cert.length / 2)),
    missing: `${folder.path}/missing.pem`,
  };
  assert.deepEqual(await readKeyPair({ cert: paths.cert, key: paths.key }), { cert, key });
  const cases: readonly (readonly [cert: string, key: string, RegExp])[] = [
    [paths.cert, paths.otherKey, /the key belongs to another certificate\. Check server\.tls/],
    [paths.key, paths.key, /the first file has no certificate in PEM/],
    [paths.empty, paths.key, /the first file has no certificate in PEM/],
    [paths.half, paths.key, /TLS cannot use the certificate in the first file/],
    [paths.broken, paths.key, /TLS cannot use the certificate in the first file/],
    [paths.cert, paths.cert, /the second file has no private key in PEM/],
    [paths.missing, paths.key, /missing\.pem" that server\.tls\.cert names: it does not exist$/],
    [paths.cert, paths.missing, /missing\.pem" that server\.tls\.key names: it does not exist$/],
    [paths.cert, folder.path, /that server\.tls\.key names: is a directory$/],
  ];
  for (const [cert, key, reason] of cases) {
    await assert.rejects(readKeyPair({ cert, key }), reason, String(reason));
  }
});

Deno.test("selfSigned() makes a certificate for exactly its names, for a year, with a new key each time", async () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  const pair = selfSigned(["localhost", "127.0.0.1", "::1", "gateway.example"], now);
  const facts = factsOf(pair);
  for (const host of ["localhost", "127.0.0.1", "::1", "gateway.example"]) {
    assert.ok(facts.isFor(host), host);
  }
  for (const host of ["127.0.0.2", "::2", "example", "other.example", "a.localhost"]) {
    assert.ok(!facts.isFor(host), host);
  }
  assert.ok(facts.validFromMs < now && facts.validFromMs > now - DAY_MS);
  assert.equal(facts.validToMs, now + 365 * DAY_MS);
  const again = selfSigned(["localhost"], now);
  assert.notEqual(factsOf(again).fingerprint, facts.fingerprint);
  assert.notEqual(again.key, pair.key);
  using folder = tempFolder();
  const files = {
    cert: handIn(folder.path, { name: "cert.pem", text: pair.cert }),
    key: handIn(folder.path, { name: "key.pem", text: pair.key }),
  };
  assert.deepEqual(await readKeyPair(files), pair);
});
