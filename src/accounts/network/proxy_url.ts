/**
 * Parses proxy URLs as users write them.
 *
 * @module
 */
import { AccountError } from "../account_error.ts";
import { Secret } from "../secret.ts";

/** With `socks5` as well as with `socks5h`, Deno lets the proxy look up names. */
const PROTOCOLS: readonly string[] = ["http:", "https:", "socks5:", "socks5h:"];

/** A parsed proxy URL. */
export interface ProxyAddress {
  /** Without user name and password. */
  readonly url: string;
  readonly login?: { readonly username: string; readonly password: string };
}

/**
 * Reads a proxy's URL. Its text is never quoted in an error, since it may hold a password.
 *
 * @throws {AccountError} unless it is http, https or socks5 with a host, and nothing after the port.
 */
export function parseProxyUrl(text: string): Secret {
  const url = URL.parse(text.trim());
  if (
    url === null || !PROTOCOLS.includes(url.protocol) || url.hostname === "" ||
    decoded(url.username) === undefined || decoded(url.password) === undefined
  ) {
    throw new AccountError(
      `The proxy must be a URL that starts with http://, https:// or socks5://, such as ` +
        `"socks5://127.0.0.1:1080"; write characters such as "/", "#" and "%" in its password ` +
        `as %2F, %23 and %25`,
    );
  }
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") {
    throw new AccountError(`The proxy's URL must end with its port: no path, no "?" and no "#"`);
  }
  return new Secret(url.href.replace(/\/$/, ""));
}

/** Whether a user name or password is part of the URL. */
export function holdsLogin(proxy: Secret): boolean {
  return addressOf(proxy).login !== undefined;
}

/** The proxy's URL with `***` for user name and password: what may be shown of it. */
export function maskedProxy(proxy: Secret): string {
  const { url, login } = addressOf(proxy);
  return login === undefined ? url : url.replace("://", "://***@");
}

/** Splits a URL from {@linkcode parseProxyUrl}. */
export function addressOf(proxy: Secret): ProxyAddress {
  const url = new URL(proxy.reveal());
  const [username, password] = [decoded(url.username) ?? "", decoded(url.password) ?? ""];
  url.username = "";
  url.password = "";
  return {
    url: url.href.replace(/\/$/, ""),
    ...(username === "" && password === "" ? {} : { login: { username, password } }),
  };
}

/** The decoded text; undefined if its percent-encoding is malformed. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
