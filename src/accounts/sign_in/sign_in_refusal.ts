/**
 * Errors for sign-ins that Google rejected, with advice for the user.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2}
 * @module
 */
import { AccountError } from "../account_error.ts";
import { thirdPartyText } from "../tokens/third_party_text.ts";
import type { Secret } from "../secret.ts";

const ADVICE: Readonly<Record<string, string>> = {
  access_denied: "the consent was declined. Run the command again and allow it. A client whose " +
    "consent screen is in testing lets in only its test users, and an organisation may block it",
  redirect_uri_mismatch: "the OAuth client does not allow redirects to this machine. Use one of " +
    'type "Desktop app", or add the address to the redirect URIs of a "Web application"',
  invalid_client: "it does not know the OAuth client, or the secret is wrong. Check both, or " +
    "download client_secret.json again; a deleted client must be created again",
  unauthorized_client: 'the OAuth client may not sign users in. Use one of type "Desktop app"',
  invalid_grant:
    "the code was used already, has expired, or was not copied whole. Run the command " +
    "again",
};

/**
 * The error when no response arrived: Google shows these two errors only in the browser, without redirecting.
 *
 * @param limitMs The time limit that passed, in ms.
 */
export function noResponse(limitMs: number): AccountError {
  const shown = ["redirect_uri_mismatch", "invalid_client"]
    .map((error) => `If the browser showed ${error}: ${ADVICE[error]}.`);
  return new AccountError(
    `No response came within ${limitMs / 60_000} minutes, so nothing was stored; run the command ` +
      `again. ${shown.join(" ")}`,
  );
}

/**
 * The error for a user.
 *
 * @param refusal Google's error, from the browser's redirect or the token endpoint.
 * @param about `redirectUri`: of the sign-in; `secrets`: secrets that must not be quoted.
 */
export function refusedSignIn(
  refusal: { readonly error: string; readonly error_description?: string | undefined },
  about: { readonly redirectUri: string; readonly secrets: readonly Secret[] },
): AccountError {
  const { error, error_description } = refusal;
  const words = [error, ...(error_description === undefined ? [] : [`(${error_description})`])];
  const said = thirdPartyText(words.join(" "), about.secrets);
  const address = error === "redirect_uri_mismatch" ? ` The address is ${about.redirectUri}.` : "";
  const help = ADVICE[error];
  return new AccountError(
    `Google refused the sign-in, so nothing was stored: ${said}` +
      `${help === undefined ? "" : `: ${help}.`}${address}`,
  );
}
