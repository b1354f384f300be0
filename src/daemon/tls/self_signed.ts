/**
 * A certificate that the gateway makes and signs itself, for testing. Its key exists in memory only.
 *
 * @module
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import type { KeyPair } from "./key_pair.ts";

/** How long it is valid, in ms. It begins a little early, for clients whose clock is behind. */
const VALID_MS = 365 * 86_400_000;
const EARLY_MS = 3_600_000;

/** ECDSA with SHA-256 (RFC 5758 section 3.2). */
const ECDSA_SHA256 = "1.2.840.10045.4.3.2";

const COMMON_NAME = "2.5.4.3";

/**
 * Makes a certificate that is valid for a year.
 *
 * @param hosts The DNS names and addresses of the gateway, without brackets.
 */
export function selfSigned(hosts: readonly string[], now: number = Date.now()): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = new asn1.Name([
    new asn1.RelativeDistinguishedName([
      new asn1.AttributeTypeAndValue({
        type: COMMON_NAME,
        value: new asn1.AttributeValue({ utf8String: "Pollux, self-signed" }),
      }),
    ]),
  ]);
  const algorithm = new asn1.AlgorithmIdentifier({ algorithm: ECDSA_SHA256 });
  const content = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    // A positive number.
    serialNumber: Uint8Array.from([1, ...randomBytes(15)]).buffer,
    signature: algorithm,
    issuer: name,
    subject: name,
    validity: new asn1.Validity({
      notBefore: new Date(now - EARLY_MS),
      notAfter: new Date(now + VALID_MS),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: "spki", format: "der" }),
      asn1.SubjectPublicKeyInfo,
    ),
    extensions: new asn1.Extensions([
      // TLS libraries refuse an authority's certificate as a server's.
      extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: false }), true),
      extension(
        asn1.id_ce_keyUsage,
        new asn1.KeyUsage(asn1.KeyUsageFlags.digitalSignature),
        true,
      ),
      extension(
        asn1.id_ce_extKeyUsage,
        new asn1.ExtendedKeyUsage([asn1.id_kp_serverAuth]),
        false,
      ),
      extension(
        asn1.id_ce_subjectAltName,
        new asn1.SubjectAlternativeName(
          hosts.map((host) =>
            new asn1.GeneralName(isIP(host) === 0 ? { dNSName: host } : { iPAddress: host })
          ),
        ),
        false,
      ),
    ]),
  });
  const bytes = AsnConvert.serialize(content);
  const certificate = new asn1.Certificate({
    tbsCertificate: content,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(sign("sha256", new Uint8Array(bytes), privateKey)).buffer,
  });
  return {
    cert: pemOf(new Uint8Array(AsnConvert.serialize(certificate))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function extension(extnID: string, value: object, critical: boolean): asn1.Extension {
  return new asn1.Extension({
    extnID,
    critical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function pemOf(der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
