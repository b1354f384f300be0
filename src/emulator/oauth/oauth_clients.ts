/**
 * The OAuth clients of the emulated Google, and their allowed redirect URIs.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#redirect-uri_loopback}
 * @module
 */
import { EMULATED_SECRET } from "./emulated_secret.ts";

/** A `client_secret.json` as from the console, with the emulator's URLs. */
export type OAuthClientFile =
  | { readonly installed: OAuthClientMembers }
  | { readonly web: OAuthClientMembers };

/** The content of such a file. */
export interface OAuthClientMembers {
  readonly client_id: string;
  readonly project_id: string;
  readonly auth_uri: string;
  readonly token_uri: string;
  readonly auth_provider_x509_cert_url: string;
  readonly client_secret: string;
  readonly redirect_uris: readonly string[];
}

/** One client. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
  /** The allowed redirect URIs of a web application; undefined for a desktop app: any loopback port. */
  readonly redirectUris: readonly string[] | undefined;
}

/** The desktop app that all users' credentials files belong to. */
export const OAUTH_CLIENT: OAuthClient = {
  id: "emulated.apps.googleusercontent.com",
  secret: `${EMULATED_SECRET}client`,
  redirectUris: undefined,
};

/** The clients of one emulator. */
export class OAuthClients {
  readonly #clients = new Map<string, OAuthClient>([[OAUTH_CLIENT.id, OAUTH_CLIENT]]);

  /** Registers a web application. */
  addWeb(redirectUris: readonly string[]): OAuthClient {
    const number = this.#clients.size;
    const client = {
      id: `emulated-web-${number}.apps.googleusercontent.com`,
      secret: `${EMULATED_SECRET}web-client-${number}`,
      redirectUris,
    };
    this.#clients.set(client.id, client);
    return client;
  }

  find(id: string): OAuthClient | undefined {
    return this.#clients.get(id);
  }
}

/** Whether the client may use this redirect URI. */
export function allowsRedirect(client: OAuthClient, redirectUri: string): boolean {
  if (client.redirectUris !== undefined) return client.redirectUris.includes(redirectUri);
  const url = URL.parse(redirectUri);
  return url !== null && url.protocol === "http:" &&
    ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
}

/**
 * Returns the console's file for a client.
 *
 * @param origin The emulator's, without a slash at the end.
 */
export function clientFile(client: OAuthClient, origin: string): OAuthClientFile {
  const members = {
    client_id: client.id,
    project_id: "emulated-project",
    auth_uri: `${origin}/o/oauth2/v2/auth`,
    token_uri: `${origin}/token`,
    auth_provider_x509_cert_url: `${origin}/oauth2/v1/certs`,
    client_secret: client.secret,
    redirect_uris: client.redirectUris ?? ["http://localhost"],
  };
  return client.redirectUris === undefined ? { installed: members } : { web: members };
}
