/**
 * The user's own OAuth client, as downloaded from the Google console.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#creatingcred}
 * @module
 */
import * as z from "zod";
import { AccountError } from "../account_error.ts";
import { parsedJson } from "../../base/json.ts";
import { Secret } from "../secret.ts";

/** An OAuth client. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: Secret;
  /** Where the user consents. */
  readonly authUri: string;
  /** The endpoint that exchanges a code for tokens. */
  readonly tokenUri: string;
  /**
   * The only URLs that Google redirects to; undefined for a desktop app, which may use every port of this
   * machine.
   */
  readonly redirectUris: readonly string[] | undefined;
}

const AUTH_URI = "https://accounts.google.com/o/oauth2/v2/auth";
const TOKEN_URI = "https://oauth2.googleapis.com/token";

const HOW_TO_MAKE =
  'create one in the Google console under "APIs & Services", "Credentials": an OAuth client of type ' +
  '"Desktop app", and download it as JSON';

const MEMBER = z.string().min(1);
const ADDRESS = MEMBER.refine(isHttp);

const CLIENT = z.object({
  client_id: MEMBER,
  client_secret: MEMBER,
  auth_uri: ADDRESS.default(AUTH_URI),
  token_uri: ADDRESS.default(TOKEN_URI),
  redirect_uris: z.array(z.string()).default([]),
});

const FILE = z.union([
  z.object({ installed: z.unknown() }).refine(({ installed }) => installed !== undefined),
  z.object({ web: z.unknown() }).refine(({ web }) => web !== undefined),
]);

/** A client with Google's endpoints, from an id and a secret only; treated as a desktop app. */
export function googleClient(id: string, secret: Secret): OAuthClient {
  return { id, secret, authUri: AUTH_URI, tokenUri: TOKEN_URI, redirectUris: undefined };
}

/**
 * Reads the text of a `client_secret.json`. Its values are never quoted in an error.
 *
 * @throws {AccountError} that names missing or wrong members, or the file's actual type.
 */
export function parseOAuthClient(text: string): OAuthClient {
  const json = parsedJson(text);
  const file = FILE.safeParse(json);
  if (!file.success) throw otherFile(json);
  const isWeb = "web" in file.data;
  const client = CLIENT.safeParse("web" in file.data ? file.data.web : file.data.installed);
  if (!client.success) {
    const members = client.error.issues.map(({ path }) => `"${path.join(".")}"`).join(", ");
    throw new AccountError(
      `The client file lacks ${members}, or has an unusable value there; ${HOW_TO_MAKE}`,
    );
  }
  const { client_id, client_secret, auth_uri, token_uri, redirect_uris } = client.data;
  return {
    id: client_id,
    secret: new Secret(client_secret),
    authUri: auth_uri,
    tokenUri: token_uri,
    redirectUris: isWeb ? redirect_uris : undefined,
  };
}

function otherFile(json: unknown): AccountError {
  const type = z.object({ type: z.string() }).safeParse(json).data?.type;
  if (type === "authorized_user") {
    return new AccountError(
      "The client file holds a finished sign-in; add it with: " +
        "pollux accounts add code-assist NAME --credentials FILE",
    );
  }
  if (type === "service_account") {
    return new AccountError(
      `The client file is a service account's key, which is not for signing in; ${HOW_TO_MAKE}`,
    );
  }
  return new AccountError(
    `The client file is not an OAuth client: it has neither "installed" nor "web"; ${HOW_TO_MAKE}`,
  );
}

function isHttp(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" && url.password === "";
}
