/**
 * A server whose certificate is not trusted. It will be the same in a moment, and no account is to blame:
 * the user has to say whom to trust.
 *
 * @module
 */
import { networkWords } from "./network_words.ts";

/** What rustls calls it, and what that means. */
const PROBLEMS: readonly (readonly [RegExp, what: string, cure: string])[] = [
  [
    /UnknownIssuer|CaUsedAsEndEntity|SelfSigned/i,
    "it is signed by an authority that this machine does not trust, perhaps that of a proxy that opens TLS",
    "name the authority's certificate (PEM) in network.ca_file or SSL_CERT_FILE",
  ],
  [
    /Expired|NotValidYet/i,
    "it is not valid at this machine's time",
    "correct this machine's clock; if it is right, the server needs a new certificate",
  ],
  [
    /NotValidForName/i,
    "it is for another host name",
    "check the address; if a proxy opens TLS here, name its authority in network.ca_file or SSL_CERT_FILE",
  ],
];

const OTHERWISE = [
  "it is not accepted",
  "check what is in between; name its authority's certificate (PEM) in network.ca_file or SSL_CERT_FILE",
] as const;

/** Thrown by requests that would be refused again. Its message is for the user. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/**
 * What a failed request is to be thrown as.
 *
 * @param error What `fetch` threw.
 * @param url Where it went.
 * @returns A {@linkcode CertificateError} where a certificate was refused, else the error itself.
 */
export function asCertificateError(error: unknown, url: string): unknown {
  const words = networkWords(error);
  const detail = /invalid peer certificate: ?(.*)$/.exec(words)?.[1];
  const { host } = new URL(url);
  if (detail !== undefined) {
    const [, what, cure] = PROBLEMS.find(([form]) => form.test(detail)) ?? [, ...OTHERWISE];
    // The name of the problem is rustls' own; what stands behind it may be the whole certificate.
    const name = /^\w+/.exec(detail)?.[0];
    return new CertificateError(
      `The certificate of ${host} is refused` + (name === undefined ? "" : ` (${name})`) +
        `: ${what}; ${cure}`,
      { cause: error },
    );
  }
  if (/platform certificates|Unable to add.*certificate/i.test(words)) {
    return new CertificateError(
      "The certificates of the authorities cannot be read; check the file that SSL_CERT_FILE names",
      { cause: error },
    );
  }
  return error;
}
