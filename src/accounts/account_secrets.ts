/**
 * The secrets of an account that others may repeat in their words.
 *
 * @module
 */
import type { Account, Credential } from "./account.ts";
import { addressOf } from "./proxy_url.ts";
import { Secret } from "./secret.ts";

/** All secrets of an account: its credential's, and the login of its proxy. */
export function accountSecrets(
  { credential, proxy }: Pick<Account, "credential" | "proxy">,
): readonly Secret[] {
  return [...credentialSecrets(credential), ...(proxy === undefined ? [] : proxySecrets(proxy))];
}

/** All secrets of a credential. */
export function credentialSecrets(credential: Credential): readonly Secret[] {
  switch (credential.type) {
    case "api_key":
      return [credential.key];
    case "authorized_user":
      return [credential.clientSecret, credential.refreshToken];
    case "service_account":
      return [credential.privateKey, new Secret(credential.clientEmail)];
  }
}

function proxySecrets(proxy: Secret): readonly Secret[] {
  const { login } = addressOf(proxy);
  if (login === undefined) return [proxy];
  const { username, password } = login;
  return [proxy, new Secret(password), new Secret(`${username}:${password}`)];
}
