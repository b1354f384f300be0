/**
 * The variables from which Deno itself takes the proxy of `fetch` and the trusted certificates. Pollux
 * reads them instead, so that the same rules apply to every request that it sends.
 *
 * @module
 */

/** Variables that name the proxies of every program; each also in lower case. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] as const;

/** Variables that name a file of trusted certificates. */
export const CERTIFICATE_FILE_VARIABLES = [
  "DENO_CERT",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
] as const;

/** Variables that name trusted certificates. */
const CERTIFICATE_VARIABLES = [...CERTIFICATE_FILE_VARIABLES, "SSL_CERT_DIR"] as const;

/** The variable for the authorities that Deno trusts; by default only Mozilla's. */
export const STORE_VARIABLE = "DENO_TLS_CA_STORE";

/**
 * Hides the proxy variables from Deno, and makes it trust the operating system's authorities beside
 * Mozilla's unless the user chose otherwise. Deno reads them at its first request.
 *
 * @returns Reads the variables as the user set them.
 */
export function takeOverVariables(): (name: string) => string | undefined {
  const names = [...PROXY_VARIABLES, ...PROXY_VARIABLES.map((name) => name.toLowerCase())];
  const taken = new Map<string, string | undefined>(
    [...names, STORE_VARIABLE].map((name) => [name, Deno.env.get(name)]),
  );
  for (const name of names) Deno.env.delete(name);
  // An empty variable counts as unset, as elsewhere; Deno would look for a file with an empty name.
  for (const name of CERTIFICATE_VARIABLES) if (Deno.env.get(name) === "") Deno.env.delete(name);
  if (!taken.get(STORE_VARIABLE)) Deno.env.set(STORE_VARIABLE, "system,mozilla");
  return (name) => taken.has(name) ? taken.get(name) : Deno.env.get(name);
}
