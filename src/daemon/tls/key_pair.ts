/**
 * Reads a TLS certificate and its private key, and extracts facts from the certificate.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { reasonOf } from "../../store/folder/reason_of.ts";

/** A certificate, followed by its chain, and the private key; both in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The paths of the files of a {@linkcode KeyPair}. */
export type KeyPairFiles = KeyPair;

/** Facts from a certificate. */
export interface CertificateFacts {
  /** The SHA-256 of its DER form, as hexadecimal digits with colons. */
  readonly fingerprint: string;
  /** The start and the end of its validity, in ms since the epoch. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Whether it is valid for a host: a DNS name, or an IP address without brackets. */
  isFor(host: string): boolean;
}

/**
 * Reads a pair, and checks that a server can use it.
 *
 * @throws {Error} whose message names the setting and the file, and says what to do.
 */
export async function readKeyPair(files: KeyPairFiles): Promise<KeyPair> {
  const [cert, key] = await Promise.all([
    readPem(files.cert, "server.tls.cert"),
    readPem(files.key, "server.tls.key"),
  ]);
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }).close();
    // rustls does not reject a malformed certificate until a client connects.
    factsOf({ cert });
  } catch (error) {
    throw new Error(
      `Cannot use the certificate in "${files.cert}" with the key in "${files.key}": ` +
        `${problemOf(error)}. Check server.tls.cert and server.tls.key`,
      { cause: error },
    );
  }
  return { cert, key };
}

/**
 * Extracts facts from a certificate.
 *
 * @throws {Error} when the text does not begin with a certificate.
 */
export function factsOf({ cert }: Pick<KeyPair, "cert">): CertificateFacts {
  const parsed = new X509Certificate(cert);
  return {
    fingerprint: parsed.fingerprint256,
    validFromMs: Date.parse(parsed.validFrom),
    validToMs: Date.parse(parsed.validTo),
    isFor: (host) =>
      (isIP(host) === 0 ? parsed.checkHost(host) : parsed.checkIP(host)) !== undefined,
  };
}

async function readPem(path: string, setting: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "it does not exist" : reasonOf(error);
    throw new Error(`Cannot read the file "${path}" that ${setting} names: ${why}`, {
      cause: error,
    });
  }
}

/** Describes the problem in words that help the user; Deno's messages do not. */
function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "";
  if (text.includes("KeyMismatch")) return "the key belongs to another certificate";
  if (/No certificates found/.test(text)) return "the first file has no certificate in PEM";
  if (/No keys found/.test(text)) {
    return "the second file has no private key in PEM, or the key has a passphrase";
  }
  return "TLS cannot use the certificate in the first file or the key in the second";
}
