/**
 * The identifying secret of a credential.
 *
 * @module
 */
import type { Credential } from "../account.ts";

/** The revealed secret that a server can reject permanently: credentials with the same one are equal. */
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
