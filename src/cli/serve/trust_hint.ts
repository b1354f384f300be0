/**
 * How clients come to trust the certificate that the gateway made for itself.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text.ts";
import type { GatewayTls } from "../../daemon/tls/gateway_tls.ts";
import { filesIn } from "../../store/folder/data_folder.ts";
import { writePrivateFile } from "../../store/folder/private_file.ts";

/** The variables in which clients look for certificates: Python and Go, Node, curl. */
const VARIABLES = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"] as const;

/**
 * Writes the certificate, without its key, into the data folder.
 *
 * @returns What to do, for people; undefined if the gateway did not make its certificate.
 * @throws {StoreError} when the file cannot be written.
 */
export function trustHint(
  tls: GatewayTls | undefined,
  { dataDir }: { readonly dataDir: string },
): string | undefined {
  if (tls === undefined || tls.files !== undefined) return undefined;
  const path = filesIn(dataDir).certificate;
  writePrivateFile(path, utf8Bytes(tls.pair.cert));
  return "Its certificate is self-signed, for a trial. Clients trust it in a terminal where you run:\n" +
    `  export ${VARIABLES.map((name) => `${name}="${path}"`).join(" ")}`;
}
