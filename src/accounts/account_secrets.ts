/**
 * The secrets of an account, which text from a third party may repeat.
 *
 * @module
 */
import type { Account, Credential, Impersonation } from "./account.ts";
import { impersonatedAddress } from "./credentials/impersonated_file.ts";
import { addressOf } from "./network/proxy_url.ts";
import { Secret } from "./secret.ts";

/** All secrets of an account: those of its credential, and the login of its proxy. */
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
    case "impersonated_service_account":
      return [
        ...credentialSecrets(credential.source),
        ...impersonationSecrets(credential.impersonation),
      ];
    case "external_account": {
      const { client, subject, impersonation } = credential;
      return [
        ...(client === undefined ? [] : [client.secret]),
        ...("url" in subject
          ? Object.values(subject.headers).map((value) => new Secret(value))
          : []),
        ...(impersonation === undefined ? [] : impersonationSecrets(impersonation)),
      ];
    }
  }
}

/** The e-mail addresses of service accounts are not shown either. */
function impersonationSecrets({ url, delegates }: Impersonation): readonly Secret[] {
  return [impersonatedAddress(url), ...delegates]
    .filter((address) => address !== "")
    .map((address) => new Secret(address));
}

function proxySecrets(proxy: Secret): readonly Secret[] {
  const { login } = addressOf(proxy);
  if (login === undefined) return [proxy];
  const { username, password } = login;
  return [proxy, new Secret(password), new Secret(`${username}:${password}`)];
}
