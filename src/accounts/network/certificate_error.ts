/**
 * The error for a server whose certificate is not trusted. It is not transient and not the account's fault: the
 * user has to configure which authorities to trust.
 *
 * @module
 */
import { networkMessage } from "./network_message.ts";

/** The problems by their names in rustls, with explanations. */
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

/** Thrown by requests that would fail again. Its message is for the user. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/**
 * Converts the error of a failed request.
 *
 * @param error What `fetch` threw.
 * @param url The request's URL.
 * @returns A {@linkcode CertificateError} if a certificate was rejected, else the error itself.
 */
export function asCertificateError(error: unknown, url: string): unknown {
  const words = networkMessage(error);
  const detail = /invalid peer certificate: ?(.*)$/.exec(words)?.[1];
  const { host } = new URL(url);
  if (detail !== undefined) {
    const [, what, cure] = PROBLEMS.find(([form]) => form.test(detail)) ?? [, ...OTHERWISE];
    // The name of the problem is rustls' own; the text after it may be the whole certificate.
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
