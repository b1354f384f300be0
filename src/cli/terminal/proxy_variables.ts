/**
 * The variables that Deno reads by itself: which proxy `fetch` uses, and which certificates it trusts.
 * Pollux reads them instead, so that the same rules hold for every request that it sends.
 *
 * @module
 */

/** Name the proxies of every program; each also in lower case. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] as const;

/** Name a file of certificates to trust. */
export const CERTIFICATE_FILE_VARIABLES = [
  "DENO_CERT",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
] as const;

/** Name certificates to trust. */
const CERTIFICATE_VARIABLES = [...CERTIFICATE_FILE_VARIABLES, "SSL_CERT_DIR"] as const;

/** Which authorities Deno trusts; alone it would trust Mozilla's only. */
export const STORE_VARIABLE = "DENO_TLS_CA_STORE";

/**
 * Takes the variables of proxies away from Deno, and has it trust the operating system's authorities beside
 * Mozilla's, unless the user said otherwise. Deno looks at them with its first request.
 *
 * @returns Gives the variables as the user set them.
 */
export function takeOverVariables(): (name: string) => string | undefined {
  const names = [...PROXY_VARIABLES, ...PROXY_VARIABLES.map((name) => name.toLowerCase())];
  const taken = new Map<string, string | undefined>(
    [...names, STORE_VARIABLE].map((name) => [name, Deno.env.get(name)]),
  );
  for (const name of names) Deno.env.delete(name);
  // An empty one counts as none, as elsewhere; Deno would look for a file without a name.
  for (const name of CERTIFICATE_VARIABLES) if (Deno.env.get(name) === "") Deno.env.delete(name);
  if (!taken.get(STORE_VARIABLE)) Deno.env.set(STORE_VARIABLE, "system,mozilla");
  return (name) => taken.has(name) ? taken.get(name) : Deno.env.get(name);
}
