/**
 * A certificate for servers on loopback, made for tests only: its authority's key was thrown away.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The authority's certificate: a process that has it in `DENO_CERT` trusts the servers. */
export const AUTHORITY_FILE = fileURLToPath(new URL("tls/authority.pem", import.meta.url));

/** The certificate of another authority, which vouches for Google's names below only. */
export const GOOGLE_AUTHORITY = Deno.readTextFileSync(
  new URL("tls/google_authority.pem", import.meta.url),
);

/** Certificate and key of a server that tests reach under names of Google, through a proxy, in PEM. */
export const GOOGLE_CERTIFICATE = {
  cert: Deno.readTextFileSync(new URL("tls/google.pem", import.meta.url)),
  key: Deno.readTextFileSync(new URL("tls/google.key", import.meta.url)),
};

/** Certificate and key of a server on `127.0.0.1` or `localhost`, in PEM. */
export const SERVER_CERTIFICATE = {
  cert: Deno.readTextFileSync(new URL("tls/server.pem", import.meta.url)),
  key: Deno.readTextFileSync(new URL("tls/server.key", import.meta.url)),
};
