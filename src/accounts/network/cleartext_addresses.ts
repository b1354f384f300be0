/**
 * URLs in a credentials file to which secrets would be sent unencrypted.
 *
 * @module
 */
import type { TokenCredential } from "../account.ts";
import { isCleartext, isNearby } from "../base_url.ts";

/** The members of the file whose URLs are not encrypted. */
export function cleartextAddresses(credential: TokenCredential): readonly string[] {
  return addressesOf(credential)
    .filter(([, url]) => isCleartext(url) && !isNearby(url))
    .map(([member]) => member);
}

function addressesOf(credential: TokenCredential): readonly (readonly [string, string])[] {
  switch (credential.type) {
    case "authorized_user":
    case "service_account":
      return [["token_uri", credential.tokenUri]];
    case "impersonated_service_account":
      return [
        ["service_account_impersonation_url", credential.impersonation.url],
        ...addressesOf(credential.source),
      ];
    case "external_account": {
      const { tokenUri, subject, impersonation } = credential;
      return [
        ["token_url", tokenUri],
        ...("url" in subject ? [["credential_source.url", subject.url] as const] : []),
        ...(impersonation === undefined
          ? []
          : [["service_account_impersonation_url", impersonation.url] as const]),
      ];
    }
  }
}
