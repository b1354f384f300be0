/**
 * Tells the user how to make clients trust the gateway's self-signed certificate.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";
import type { GatewayTls } from "../../daemon/tls/gateway_tls.ts";
import { filesIn } from "../../store/folder/data_folder.ts";
import { writePrivateFile } from "../../store/folder/private_file.ts";

/** The variables in which clients look for certificates: Python and Go, Node, curl. */
const VARIABLES = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"] as const;

/**
 * Writes the certificate, without its key, into the data folder.
 *
 * @returns Instructions for the user; undefined if the gateway did not make its certificate.
 * @throws {StoreError} when the file cannot be written.
 */
export function trustHint(
  tls: GatewayTls | undefined,
  { dataDir }: { readonly dataDir: string },
): string | undefined {
  if (tls === undefined || tls.files !== undefined) return undefined;
  const path = filesIn(dataDir).certificate;
  writePrivateFile(path, utf8Bytes(tls.pair.cert));
  return "The certificate is self-signed, for testing. To make clients in a terminal trust it, run there:\n" +
    `  export ${VARIABLES.map((name) => `${name}="${path}"`).join(" ")}`;
}
