/**
 * A certificate with its private key, and what the certificate says.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { reasonOf } from "../../store/folder/reason_of.ts";

/** Both in PEM; the certificate's chain follows it. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The paths of the files of a {@linkcode KeyPair}. */
export type KeyPairFiles = KeyPair;

/** What a certificate says. */
export interface CertificateFacts {
  /** The SHA-256 of its DER form, as hexadecimal digits with colons. */
  readonly fingerprint: string;
  /** When it begins and ends to be valid, in ms since 1970. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Whether it is for a host, which is a DNS name or an address without brackets. */
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
    // rustls accepts a text that is not a certificate until a client connects.
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

/** @throws {Error} when the text begins with no certificate. */
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

/** The texts of Deno's errors do not say what to do. */
function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "";
  if (text.includes("KeyMismatch")) return "the key belongs to another certificate";
  if (/No certificates found/.test(text)) return "the first file has no certificate in PEM";
  if (/No keys found/.test(text)) {
    return "the second file has no private key in PEM, or one with a passphrase";
  }
  return "the first file has no certificate, or the second no key, that TLS can use";
}
