/**
 * The sign-in at a terminal: prints an address to open, and takes the authorization code from the
 * browser's redirect or from what the user pastes.
 *
 * @module
 */
import type { AuthorizedUser } from "../../accounts/account.ts";
import { isCleartext } from "../../accounts/base_url.ts";
import type { OAuthClient } from "../../accounts/credentials/oauth_client.ts";
import type { ProxyConnections } from "../../accounts/network/proxy_connections.ts";
import { SignIn } from "../../accounts/sign_in/sign_in.ts";
import { noResponse } from "../../accounts/sign_in/sign_in_refusal.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import { receiveRedirect, type RedirectPlace } from "./redirect_receiver.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Default time limit for the user, in ms. */
const LIMIT_MS = 300_000;

/** gemini-cli's redirect path, which users may have registered already. */
const PATH = "/oauth2callback";

/** Options of the sign-in. */
export interface SignInOptions {
  readonly terminal: Terminal;
  /** Whether to accept a pasted address or code as well. */
  readonly pasted: boolean;
  /** Prints the address, on its own line so that it can be copied. */
  readonly print: (line: string) => void;
  /** The connections of the account that is renewed; absent if it has no proxy. */
  readonly connections?: ProxyConnections | undefined;
  /** Time limit for the user, in ms; default five minutes. */
  readonly limitMs?: number;
}

/**
 * Signs the user in.
 *
 * @throws {AccountError} When Google refuses, or no valid code arrives in time.
 */
export async function signInAtTerminal(
  client: OAuthClient,
  options: SignInOptions,
): Promise<AuthorizedUser> {
  const { terminal, pasted, print, connections, limitMs = LIMIT_MS } = options;
  warnOfCleartext(client, terminal);
  const place = placeOf(client, terminal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(noResponse(limitMs)), limitMs);
  try {
    await using receiver = receiveRedirect(place);
    const signIn = new SignIn(client, receiver.redirectUri, { connections });
    print("Open this address in a browser, and sign in there:");
    print("");
    print(await signIn.url());
    print("");
    print(pasted ? PASTE : WAIT);
    const responses: Promise<URLSearchParams | string>[] = [receiver.answer];
    if (pasted) responses.push(readPasted(terminal));
    return await signIn.redeem(
      await unlessAborted(Promise.race(responses), limit.signal),
      limit.signal,
    );
  } finally {
    clearTimeout(timer);
  }
}

const WAIT = "Waiting up to five minutes. A browser on another machine cannot reach this one: " +
  "use --no-browser for that. Ctrl+C cancels.";

const PASTE =
  "The browser ends on an address of this machine, and may be unable to show it. Paste that " +
  "address, or the code in it, here within five minutes:";

/**
 * Returns the redirect address. A desktop app may use any port; a web application only an address
 * that was registered for it.
 */
function placeOf({ redirectUris }: OAuthClient, terminal: Terminal): RedirectPlace {
  const anyPort = { port: 0, hostname: "127.0.0.1", path: PATH };
  if (redirectUris === undefined) return anyPort;
  for (const registered of redirectUris) {
    const { protocol, hostname, port, pathname } = URL.parse(registered) ?? {};
    const isHere = hostname === "127.0.0.1" || hostname === "localhost";
    if (protocol === "http:" && isHere && port && pathname) {
      return { port: Number(port), hostname, path: pathname };
    }
  }
  terminal.err(
    "Warning: the OAuth client is a web application without a redirect URI on this machine such as " +
      `"http://127.0.0.1:8085${PATH}"; Google may show redirect_uri_mismatch. A client of type ` +
      '"Desktop app" needs none',
  );
  return anyPort;
}

function warnOfCleartext({ authUri, tokenUri }: OAuthClient, terminal: Terminal): void {
  for (const [name, uri] of [["auth_uri", authUri], ["token_uri", tokenUri]] as const) {
    if (!isCleartext(uri)) continue;
    terminal.err(
      `Warning: the client file's ${name} is not encrypted; others on the network can read the sign-in`,
    );
  }
}

/** Parses what was pasted: an address with a query, or a code alone. */
async function readPasted(terminal: Terminal): Promise<URLSearchParams | string> {
  const [line] = ((await terminal.readLine()) ?? "").trim().split("#");
  if (!line) throw new Error("Nothing was pasted, so nothing was stored; run the command again");
  const query = line.slice(line.indexOf("?") + 1);
  if (query !== line || /(?:^|&)(?:code|error)=/.test(line)) return new URLSearchParams(query);
  try {
    return decodeURIComponent(line);
  } catch {
    return line;
  }
}
