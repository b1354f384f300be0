/**
 * Applies the proxies and certificate authorities of the configuration and the environment.
 *
 * @module
 */
import { useNetwork } from "../../accounts/network/network.ts";
import { parseNoProxy } from "../../accounts/network/no_proxy.ts";
import { parseProxyUrl } from "../../accounts/network/proxy_url.ts";
import type { Secret } from "../../accounts/secret.ts";
import { ConfigError } from "../../config/config_error.ts";
import type { Config } from "../../config/schema.ts";
import { reasonOf } from "../../store/folder/reason_of.ts";
import type { Terminal } from "../terminal/terminal.ts";

const PEM = "-----BEGIN CERTIFICATE-----";

/**
 * Applies the settings to every request of this process. `network.proxy` takes precedence over the
 * variables.
 *
 * @throws {ConfigError} when a proxy is not a valid URL, or a file has no certificate.
 */
export async function applyNetwork(
  { network }: Pick<Config, "network">,
  { env, err }: Pick<Terminal, "env" | "err">,
): Promise<void> {
  const proxy = parseProxy(network.proxy, "network.proxy");
  const all = proxy ?? proxyIn("ALL_PROXY", env);
  // A server that runs CGI programs sets HTTP_PROXY from a request's header (CVE-2016-5385).
  const isCgi = Boolean(env("REQUEST_METHOD"));
  const caCerts: string[] = [];
  if (network.ca_file !== undefined) {
    caCerts.push(await readCertificates(network.ca_file, "network.ca_file"));
  }
  const extra = env("NODE_EXTRA_CA_CERTS");
  if (extra) {
    try {
      caCerts.push(await readCertificates(extra, "NODE_EXTRA_CA_CERTS"));
    } catch (error) {
      // As Node does: a program that does not need the file must not fail.
      err(`Warning: ${error instanceof Error ? error.message : error}`);
    }
  }
  useNetwork({
    proxies: {
      https: proxy ?? proxyIn("HTTPS_PROXY", env) ?? all,
      http: proxy ?? (isCgi ? undefined : proxyIn("HTTP_PROXY", env)) ?? all,
    },
    noProxy: parseNoProxy(variable("NO_PROXY", env) ?? ""),
    caCerts,
  });
}

/** Reads a variable in upper or lower case. */
function variable(name: string, env: Terminal["env"]): string | undefined {
  return env(name) || env(name.toLowerCase()) || undefined;
}

function proxyIn(name: string, env: Terminal["env"]): Secret | undefined {
  return parseProxy(variable(name, env), name);
}

/** curl and others accept a host and port without a scheme as an http proxy. */
function parseProxy(text: string | undefined, origin: string): Secret | undefined {
  if (!text) return undefined;
  try {
    return parseProxyUrl(text.includes("://") ? text : `http://${text}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Cannot use the proxy that ${origin} names. ${why}`);
  }
}

async function readCertificates(path: string, origin: string): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "it does not exist" : reasonOf(error);
    throw new ConfigError(`Cannot read the file "${path}" that ${origin} names: ${why}`);
  }
  const isGood = text.includes(PEM) && canBeTrusted(text);
  if (isGood) return text;
  throw new ConfigError(
    `The file "${path}" that ${origin} names holds no certificate in PEM; convert a DER ` +
      "file with: openssl x509 -inform der -in FILE -out FILE.pem",
  );
}

function canBeTrusted(pem: string): boolean {
  try {
    Deno.createHttpClient({ caCerts: [pem] }).close();
    return true;
  } catch {
    return false;
  }
}
