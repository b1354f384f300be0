/**
 * What proves a credential.
 *
 * @module
 */
import type { Credential } from "../account.ts";

/** What of a credential a server can refuse for good, revealed: two that have it are the same. */
export function credentialSecret(credential: Credential): string {
  switch (credential.type) {
    case "api_key":
      return credential.key.reveal();
    case "authorized_user":
      return credential.refreshToken.reveal();
    case "service_account":
      return credential.privateKey.reveal();
    case "impersonated_service_account":
    case "external_account":
      return credential.file.reveal();
  }
}
