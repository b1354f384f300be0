/**
 * `/o/oauth2/v2/auth`: the pages on which a user chooses an account and consents, and the error pages
 * that Google shows instead of redirecting the browser.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#step-2:-send-a-request-to-googles-oauth-2.0-server}
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { AuthorizationCodes } from "./authorization_codes.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import type { EmulatedAccounts } from "../emulated_accounts.ts";
import { allowsRedirect, type OAuthClient, type OAuthClients } from "./oauth_clients.ts";

/** The path of the pages. */
export const CONSENT_PATH = "/o/oauth2/v2/auth";

/** The data of the pages. */
export interface ConsentContext {
  readonly accounts: EmulatedAccounts;
  readonly clients: OAuthClients;
  readonly codes: AuthorizationCodes;
}

/** A valid request for consent. */
interface ConsentRequest {
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string | undefined;
  readonly challenge: string | undefined;
  readonly offline: boolean;
  readonly prompts: boolean;
}

/** An error for which Google shows a page. */
class ConsentError extends Error {
  override readonly name = "ConsentError";
  readonly status: 400 | 401;
  readonly error: string;

  constructor(status: 400 | 401, error: string, message: string) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

/**
 * Handles a request: GET returns the choice of accounts, POST processes the form.
 *
 * @param query The query of the address, which every page preserves.
 * @param body The form, `application/x-www-form-urlencoded`; undefined for GET.
 */
export function respondConsent(
  query: URLSearchParams,
  body: string | undefined,
  context: ConsentContext,
): Response {
  try {
    const form = new URLSearchParams(body);
    const request = parseRequest(query, context.clients);
    const account = context.accounts.user(form.get("account") ?? "");
    if (account === undefined) return chooser(context.accounts);
    switch (form.get("decision")) {
      case "allow":
        return redirect(request, { code: grant(request, account, context) });
      case "deny":
        return redirect(request, { error: "access_denied" });
      default:
        return consentForm(request, account);
    }
  } catch (error) {
    if (error instanceof ConsentError) return errorPage(error);
    throw error;
  }
}

function parseRequest(query: URLSearchParams, clients: OAuthClients): ConsentRequest {
  const client = clients.find(required(query, "client_id"));
  if (client === undefined) {
    throw new ConsentError(401, "invalid_client", "The OAuth client was not found.");
  }
  const redirectUri = required(query, "redirect_uri");
  if (!allowsRedirect(client, redirectUri)) {
    throw new ConsentError(
      400,
      "redirect_uri_mismatch",
      "You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy. " +
        `If you're the app developer, register the redirect URI in the Google Cloud Console. ` +
        `Request details: redirect_uri=${redirectUri}`,
    );
  }
  const responseType = required(query, "response_type");
  if (responseType !== "code") {
    throw new ConsentError(
      400,
      "unsupported_response_type",
      `Unsupported response type: ${responseType}`,
    );
  }
  return {
    client,
    redirectUri,
    scope: required(query, "scope"),
    state: query.get("state") ?? undefined,
    challenge: challengeOf(query),
    offline: query.get("access_type") === "offline",
    prompts: (query.get("prompt") ?? "").split(" ").includes("consent"),
  };
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) {
    throw new ConsentError(400, "invalid_request", `Missing required parameter: ${name}`);
  }
  return value;
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3} */
function challengeOf(query: URLSearchParams): string | undefined {
  const challenge = query.get("code_challenge");
  const method = query.get("code_challenge_method");
  if (challenge === null && method === null) return undefined;
  if (method !== "S256") {
    throw new ConsentError(400, "invalid_request", `Unsupported code_challenge_method: ${method}`);
  }
  if (challenge === null || !/^[\w-]{43}$/.test(challenge)) {
    throw new ConsentError(400, "invalid_request", "Invalid code_challenge");
  }
  return challenge;
}

function grant(
  { client, redirectUri, scope, challenge, offline, prompts }: ConsentRequest,
  account: EmulatedAccount,
  { accounts, codes }: ConsentContext,
): string {
  // A user who consented before gets another refresh token only if the client requested new consent.
  const refreshes = offline && (prompts || !account.consentedTo.has(client.id));
  account.consentedTo.add(client.id);
  accounts.readmit(account);
  return codes.issue({ account, clientId: client.id, redirectUri, scope, challenge, refreshes });
}

function redirect(request: ConsentRequest, response: Readonly<Record<string, string>>): Response {
  const location = new URL(request.redirectUri);
  const { state, scope } = request;
  const parameters = {
    ...defined({ state }),
    ...response,
    ...("code" in response ? { scope, authuser: "0", prompt: "consent" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: location.href } });
}

function chooser(accounts: EmulatedAccounts): Response {
  const buttons = [...accounts.users()].map(({ name }) =>
    `<p><button name="account" value="${escape(name)}">${escape(name)}</button></p>`
  );
  return page("Choose an account", `<form method="post">\n${buttons.join("\n")}\n</form>`);
}

function consentForm({ client, scope }: ConsentRequest, { name }: EmulatedAccount): Response {
  const scopes = scope.split(" ").map((one) => `<li>${escape(one)}</li>`);
  return page(
    `${client.id} wants to access the account ${name}`,
    `<ul>\n${scopes.join("\n")}\n</ul>
<form method="post">
<input type="hidden" name="account" value="${escape(name)}">
<button name="decision" value="deny">Deny</button>
<button name="decision" value="allow">Allow</button>
</form>`,
  );
}

function errorPage({ status, error, message }: ConsentError): Response {
  return page(
    `Error ${status}: ${error}`,
    `<p>Access blocked</p>\n<p>${escape(message)}</p>`,
    status,
  );
}

function page(title: string, body: string, status = 200): Response {
  const html = `<!DOCTYPE html>\n<html lang="en">\n<title>${escape(title)}</title>\n` +
    `<h1>${escape(title)}</h1>\n${body}\n`;
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
